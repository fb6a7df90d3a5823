/**
 * The wall clock of a test: it begins at the present, so that Redis agrees, and stands still however long the machine
 * takes. Only the test moves it.
 */
export class TestClock {
  /** Wall-clock milliseconds. */
  now = Date.now();
  /** The clock as the program takes it. */
  readonly read = (): number => this.now;
}
