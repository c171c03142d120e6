import type { DataService } from '../data/data-service.js';
import type { DrawnScalar } from '../data/layers.js';
import type { Remote } from '../data/remote.js';
import { glyphGeometry, lineGeometry, triangleGeometry } from './layer-objects.js';
import type { PlannedLayer } from './layer-plan.js';
import type { LayerNumbers, ViewScene } from './view-scene.js';

/** Brings the scene to what is planned, asking the worker only for what changed: geometry, or numbers on it, or nothing. */
export class LayerSync {
  private readonly made = new Map<string, { geometry: string; numbers: string }>();
  /** How often the values of a field have changed, by its name as JSON */
  private readonly revisions = new Map<string, number>();

  constructor(
    private readonly data: Remote<DataService>,
    private readonly scene: ViewScene,
  ) {}

  /** Other data, or other panels: nothing that is shown is of use any more. */
  forget(): void {
    this.made.clear();
  }

  /** Other values of a field: numbers are asked for again, and shapes that follow from the field. */
  forgetValues(field: string): void {
    const name = JSON.stringify(field);
    this.revisions.set(name, (this.revisions.get(name) ?? 0) + 1);
  }

  /** A request as JSON, with the revisions of the fields that it names. */
  private keyOf(request: unknown): string {
    const text = JSON.stringify(request);
    const named = [...this.revisions].filter(([name]) => text.includes(name));
    return named.length > 0 ? `${text} ${named.join()}` : text;
  }

  /** Whether the layers that are there have these numbers already. */
  shows(scalars: readonly DrawnScalar[], other: DrawnScalar | undefined): boolean {
    const numbers = this.keyOf(other ? [...scalars, other] : scalars);
    return [...this.made.values()].every((layer) => layer.numbers === numbers);
  }

  async apply(
    plan: readonly PlannedLayer[],
    scalars: readonly DrawnScalar[],
    other: DrawnScalar | undefined,
  ): Promise<void> {
    for (const id of this.scene.layerIds) {
      if (plan.some((layer) => layer.id === id)) continue;
      this.scene.remove(id);
      this.made.delete(id);
    }
    const all = other ? [...scalars, other] : scalars;
    const numbers = this.keyOf(all);
    const split = (arrays: readonly Float32Array<ArrayBuffer>[]): LayerNumbers => ({
      scalars: arrays.slice(0, scalars.length),
      other: other && arrays[scalars.length],
    });
    await Promise.all(
      plan.map(async (layer) => {
        const geometry = this.keyOf([layer.kind, layer.request]);
        const present = this.made.get(layer.id);
        if (present?.geometry === geometry && present.numbers === numbers) return;
        const started = performance.now();
        if (present?.geometry === geometry && layer.kind === 'triangles') {
          this.scene.setNumbers(layer.id, split(await this.data.layerScalars(layer.id, all)));
        } else await this.make(layer, all, split);
        this.made.set(layer.id, { geometry, numbers });
        performance.measure(`layer ${layer.id}`, { start: started });
      }),
    );
  }

  private async make(
    layer: PlannedLayer,
    all: readonly DrawnScalar[],
    split: (arrays: readonly Float32Array<ArrayBuffer>[]) => LayerNumbers,
  ): Promise<void> {
    if (layer.kind === 'triangles') {
      const drawn = await this.data.layer(layer.id, layer.request, all);
      this.scene.put(layer.id, triangleGeometry(drawn), split(drawn.scalars), drawn.cells);
    } else if (layer.kind === 'glyphs') {
      const glyphs = await this.data.glyphs(layer.request, all);
      this.scene.put(layer.id, glyphGeometry(glyphs), split(glyphs.scalars));
    } else {
      const lines = await this.data.streamlines(layer.request, all);
      this.scene.put(layer.id, lineGeometry(lines), split(lines.scalars));
    }
  }
}
