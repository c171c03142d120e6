/** What a user of the package imports: `fieldsmith/geometry`, …, from the exports of its package.json. */
export function entryPoints({ name, exports }) {
  return Object.keys(exports).map((subpath) => `${name}${subpath.slice(1)}`);
}
