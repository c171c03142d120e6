/** Why an attempt to mesh a part failed, and where, in lattice coordinates; another placing of the lattice may succeed. */
export class MeshingFailure {
  constructor(
    readonly reason: string,
    readonly place?: readonly [number, number, number],
  ) {}
}
