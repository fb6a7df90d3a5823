/**
 * Solves A x = b in place for a symmetric positive definite A of which only the lower triangle is read (and
 * overwritten).
 * @param matrix row-major `size * size`   @param vector b on entry, x on return
 * @throws RangeError when A is not positive definite
 */
export function solveSymmetric(matrix: Float64Array, vector: Float64Array, size: number): void {
  factorise(matrix, size);
  for (let row = 0; row < size; row++) {
    let sum = vector[row]!;
    for (let col = 0; col < row; col++) sum -= matrix[row * size + col]! * vector[col]!;
    vector[row] = sum / matrix[row * size + row]!;
  }
  for (let row = size - 1; row >= 0; row--) {
    let sum = vector[row]!;
    for (let below = row + 1; below < size; below++) sum -= matrix[below * size + row]! * vector[below]!;
    vector[row] = sum / matrix[row * size + row]!;
  }
}

function factorise(matrix: Float64Array, size: number): void {
  for (let col = 0; col < size; col++) {
    const own = col * size;
    let pivot = matrix[own + col]!;
    for (let k = 0; k < col; k++) pivot -= matrix[own + k]! * matrix[own + k]!;
    if (!(pivot > 0)) throw new RangeError(`matrix is not positive definite at row ${col}`);
    pivot = Math.sqrt(pivot);
    matrix[own + col] = pivot;
    for (let row = col + 1; row < size; row++) {
      const start = row * size;
      let sum = matrix[start + col]!;
      for (let k = 0; k < col; k++) sum -= matrix[start + k]! * matrix[own + k]!;
      matrix[start + col] = sum / pivot;
    }
  }
}
