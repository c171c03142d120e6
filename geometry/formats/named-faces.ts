/** Names of faces by their points, in any order. */
export class NamedFaces {
  private readonly names = new Map<string, { readonly name: string; found: boolean }>();
  private readonly named: Uint8Array;

  constructor(pointCount: number) {
    this.named = new Uint8Array(pointCount);
  }

  add(points: ArrayLike<number>, name: string): void {
    for (let i = 0; i < points.length; i++) this.named[points[i]] = 1;
    const key = keyOf(points);
    if (!this.names.has(key)) this.names.set(key, { name, found: false });
  }

  nameOf(points: ArrayLike<number>): string | undefined {
    // nearly all faces of a mesh have a point that no named face has
    for (let i = 0; i < points.length; i++) if (this.named[points[i]] === 0) return undefined;
    const entry = this.names.get(keyOf(points));
    if (entry) entry.found = true;
    return entry?.name;
  }

  /** A name whose faces were not all asked for. */
  missing(): string | undefined {
    for (const { name, found } of this.names.values()) if (!found) return name;
    return undefined;
  }
}

function keyOf(points: ArrayLike<number>): string {
  return Int32Array.from(points).sort().join(' ');
}
