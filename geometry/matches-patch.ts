/** Whether a name is the patch's, or ends in `*` and begins it: how patches are named wherever people write them down. */
export function matchesPatch(name: string, patch: string): boolean {
  return name.endsWith('*') ? patch.startsWith(name.slice(0, -1)) : name === patch;
}
