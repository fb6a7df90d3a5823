const WIDTH = 72;
const HEIGHT = 18;

/** How the first outcome moved, without scale: the shape alone. Its numbers stand beside it. */
export function Sparkline({ trail }: { readonly trail: readonly number[] }) {
  if (trail.length < 2) return <svg class="spark" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true" />;
  const low = Math.min(...trail);
  const span = Math.max(0.02, Math.max(...trail) - low);
  const points = trail.map((value, index) => {
    const x = (index / (trail.length - 1)) * (WIDTH - 4) + 2;
    return `${x.toFixed(1)},${(HEIGHT - 3 - ((value - low) / span) * (HEIGHT - 6)).toFixed(1)}`;
  });
  const [x, y] = points.at(-1)?.split(",") ?? [];
  return (
    <svg class="spark" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      <polyline points={points.join(" ")} />
      <circle cx={x} cy={y} r="2" />
    </svg>
  );
}
