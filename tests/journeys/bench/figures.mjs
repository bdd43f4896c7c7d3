// What is told of many measurements.

/** How often a measurement that takes seconds is taken. */
export const ROUNDS = Number(process.env.HOSO_BENCH_ROUNDS ?? 10);

export function median(numbers) {
  return quantile(numbers, 0.5);
}

/** One line: the middle of the numbers, and how far they reach. */
export function tell(what, numbers, unit) {
  const [middle, low, high] = [0.5, 0.05, 0.95].map((part) => quantile(numbers, part).toFixed(1));
  console.log(`${what}: median ${middle} ${unit} (5 % ${low}, 95 % ${high}, n ${numbers.length})`);
}

function quantile(numbers, part) {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))];
}
