/** Bytes that the package may take, packed and unpacked: what it takes, and a quarter for what comes. */
export const BUDGET = { packed: 4_000_000, unpacked: 10_000_000 };

/** Folders and files of the package; what else gets in is a mistake. */
const EXPECTED =
  /^(dist\/[\w./-]+\.(js|css|html|d\.ts|wasm)|examples\/[\w./-]+\.(ts|mjs|yaml|md|html)|pretrained\/([\w-]+\/(model\.onnx|card\.json|metrics\.jsonl|README\.md)|README\.md)|README\.md|CHANGELOG\.md|LICENSE|package\.json)$/;

/** What a user cannot do without. */
const NEEDED = [
  'dist/cli/main.js',
  'dist/viewer/index.html',
  'dist/viewer/app/main.js',
  'dist/types/geometry/index.d.ts',
  'examples/solve/heated-plate.yaml',
  'pretrained/random-bc/model.onnx',
  'LICENSE',
];

/** @returns the sizes, for people. @throws Error for files that do not belong into the package, lack there, or are too large */
export function requireBudget({ size, unpackedSize, files }) {
  const paths = files.map(({ path }) => path);
  const strange = paths.filter((path) => !EXPECTED.test(path));
  if (strange.length > 0) throw new Error(`these do not belong into the package: ${strange.join(', ')}`);
  const lacking = NEEDED.filter((path) => !paths.includes(path));
  if (lacking.length > 0) throw new Error(`these lack in the package: ${lacking.join(', ')}`);
  const sizes = `${paths.length} files, ${megabytes(size)} packed, ${megabytes(unpackedSize)} unpacked`;
  if (size <= BUDGET.packed && unpackedSize <= BUDGET.unpacked) return sizes;
  const largest = [...files].sort((a, b) => b.size - a.size).slice(0, 8);
  throw new Error(
    `${sizes}; the budget is ${megabytes(BUDGET.packed)} and ${megabytes(BUDGET.unpacked)}. Largest:\n` +
      largest.map(({ path, size: bytes }) => `  ${path} ${megabytes(bytes)}`).join('\n'),
  );
}

const megabytes = (bytes) => `${(bytes / 1e6).toFixed(2)} MB`;
