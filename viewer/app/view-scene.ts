import { type DataTexture, Group, Plane, Raycaster, Scene, Vector2, Vector3, WebGLRenderer } from 'three';
import { MISSING_VALUE, type Normalisation } from '../data/field-reference.js';
import type { LinePieces } from '../data/layers.js';
import { type Colouring, createColourTable, type LayerMaterial } from './layer-material.js';
import {
  type LayerGeometry,
  type LayerObject,
  layerObject,
  lineGeometry,
  setScalars,
} from './layer-objects.js';
import type { PlannedLayer } from './layer-plan.js';
import { type PickedTriangle, TrianglePicker } from './triangle-picker.js';
import type { ViewCamera } from './view-camera.js';

/** Numbers of a layer: one array per panel, and what they are blended with. */
export interface LayerNumbers {
  readonly scalars: readonly Float32Array<ArrayBuffer>[];
  readonly other?: Float32Array<ArrayBuffer>;
}

interface Layer {
  readonly geometry: LayerGeometry;
  readonly cells?: Int32Array;
  /** One per panel */
  readonly objects: LayerObject[];
  readonly picker?: TrianglePicker;
}

/** What a picture is drawn for: each panel's element and what it colours. */
export interface ScenePanel {
  readonly element: HTMLElement;
}

/** Where a panel's pointer touches the body. */
export interface Picked extends PickedTriangle {
  readonly cell: number;
}

/** Draws the layers in every panel with one WebGL context: a canvas behind the page's panels, a viewport for each. */
export class ViewScene {
  private readonly renderer: WebGLRenderer;
  private readonly scene = new Scene();
  private groups: Group[] = [];
  private panels: readonly ScenePanel[] = [];
  private readonly layers = new Map<string, Layer>();
  private readonly overlays = new Map<string, LayerObject[]>();
  private readonly tables = new Map<string, DataTexture>();
  private readonly raycaster = new Raycaster();
  private pending = 0;
  /** Who wants to know when the next frame is drawn */
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly camera: ViewCamera,
    private readonly onFrame: () => void,
  ) {
    this.renderer = new WebGLRenderer({ canvas, antialias: true, alpha: true });
    this.renderer.setScissorTest(true);
    this.renderer.setClearAlpha(0);
    this.renderer.autoClear = false;
    const observer = new ResizeObserver(() => this.requestFrame());
    observer.observe(canvas);
    canvas.addEventListener('webglcontextrestored', () => this.requestFrame());
    // panels may scroll sideways over the canvas, which does not
    canvas.parentElement?.addEventListener('scroll', () => this.requestFrame(), { capture: true });
  }

  /** Other panels: what is shown has to be put again. */
  setPanels(panels: readonly ScenePanel[]): void {
    for (const id of [...this.layers.keys()]) this.remove(id);
    this.scene.clear();
    this.panels = panels;
    this.groups = panels.map(() => new Group());
    if (this.groups.length > 0) this.scene.add(...this.groups);
    this.camera.attach(panels.map(({ element }) => element));
    this.requestFrame();
  }

  /** Shows a layer in place of the one of its name. */
  put(id: string, geometry: LayerGeometry, { scalars, other }: LayerNumbers, cells?: Int32Array): void {
    this.remove(id);
    const objects = scalars.map((values) => layerObject(geometry, values, other));
    objects.forEach((object, i) => {
      this.groups[i]?.add(object);
    });
    const picker = cells ? new TrianglePicker(geometry.geometry) : undefined;
    this.layers.set(id, { geometry, cells, objects, picker });
    this.requestFrame();
  }

  /** Other numbers on a layer that is there: one array per panel goes to the GPU. */
  setNumbers(id: string, { scalars, other }: LayerNumbers): void {
    const layer = this.layers.get(id);
    if (!layer) return;
    layer.objects.forEach((object, i) => {
      setScalars(object, layer.geometry.shape, 'scalar', scalars[i]);
      if (other) setScalars(object, layer.geometry.shape, 'otherScalar', other);
    });
    this.requestFrame();
  }

  remove(id: string): void {
    const layer = this.layers.get(id);
    if (!layer) return;
    for (const object of layer.objects) {
      object.removeFromParent();
      object.geometry.dispose();
      object.material.dispose();
    }
    layer.geometry.geometry.dispose();
    this.layers.delete(id);
    this.requestFrame();
  }

  get layerIds(): string[] {
    return [...this.layers.keys()];
  }

  /** Uniforms of a layer: how it is coloured in each panel, what hides it. */
  style(
    plan: PlannedLayer,
    colourings: readonly { colouring: Colouring; normalisation: Normalisation }[],
    blend: number,
  ): void {
    this.layers.get(plan.id)?.objects.forEach(({ material }, i) => {
      const { colouring, normalisation } = colourings[i];
      material.setColouring(colouring, normalisation, this.table(colouring));
      material.setOpacity(plan.opacity);
      material.hide(plan.hidden);
      material.uniforms.edgeStrength.value = plan.edges;
      material.uniforms.shading.value = plan.shading;
      material.uniforms.blend.value = blend;
      if (plan.kind === 'glyphs') material.uniforms.glyphSize.value = plan.size;
    });
    this.requestFrame();
  }

  /** Lines of one colour over everything, in every panel; undefined takes them away. */
  overlay(
    id: string,
    lines: Pick<LinePieces, 'starts' | 'ends'> | undefined,
    colour: string,
    width: number,
  ): void {
    for (const object of this.overlays.get(id) ?? []) {
      object.removeFromParent();
      object.geometry.dispose();
      object.material.dispose();
    }
    this.overlays.delete(id);
    if (lines && lines.starts.length > 0) {
      const objects = this.groups.map((group) => {
        const numbers = new Float32Array((2 * lines.starts.length) / 3).fill(MISSING_VALUE);
        const object = layerObject(lineGeometry(lines), numbers);
        const { uniforms } = object.material;
        const channel = (at: number) => Number.parseInt(colour.slice(at, at + 2), 16) / 255;
        uniforms.missing.value.set(channel(1), channel(3), channel(5));
        uniforms.table.value = this.table();
        uniforms.lineWidth.value = width;
        object.material.depthTest = false;
        object.renderOrder = 1;
        group.add(object);
        return object;
      });
      this.overlays.set(id, objects);
    }
    this.requestFrame();
  }

  /** What lies under a point of a panel, in pixels of the window. */
  pick(panel: number, clientX: number, clientY: number): Picked | undefined {
    const pointer = this.pointerIn(panel, clientX, clientY);
    if (!pointer) return undefined;
    this.raycaster.setFromCamera(pointer, this.camera.camera);
    let nearest: Picked | undefined;
    for (const { objects, cells, picker } of this.layers.values()) {
      const material: LayerMaterial | undefined = objects[panel]?.material;
      if (!cells || !picker || !material) continue;
      const found = picker.nearest(this.raycaster.ray, material.hiddenSides);
      if (found && (!nearest || found.distance < nearest.distance))
        nearest = { ...found, cell: cells[found.triangle] };
    }
    return nearest;
  }

  /** Where a place of the drawn frame is on screen, in CSS pixels from the top left corner of any panel. */
  project(place: readonly number[]): { x: number; y: number } | undefined {
    const element = this.panels[0]?.element;
    if (!element) return undefined;
    const { x, y } = new Vector3(...place).project(this.camera.camera);
    return { x: (element.clientWidth * (x + 1)) / 2, y: (element.clientHeight * (1 - y)) / 2 };
  }

  /** The place under a point of a panel, in pixels of the window, as far from the camera as another place. */
  placeUnder(panel: number, clientX: number, clientY: number, like: readonly number[]): number[] | undefined {
    const pointer = this.pointerIn(panel, clientX, clientY);
    if (!pointer) return undefined;
    const { camera } = this.camera;
    this.raycaster.setFromCamera(pointer, camera);
    const across = new Plane().setFromNormalAndCoplanarPoint(
      camera.getWorldDirection(new Vector3()),
      new Vector3(...like),
    );
    return this.raycaster.ray.intersectPlane(across, new Vector3())?.toArray();
  }

  /** Whether a place of the drawn frame is well inside the panels, hidden by the body or not. */
  isVisible(place: readonly number[]): boolean {
    const { x, y } = new Vector3(...place).project(this.camera.camera);
    return Math.max(Math.abs(x), Math.abs(y)) < 0.9;
  }

  /** Resolves when the graphics card has drawn what is shown now. */
  async drawn(): Promise<void> {
    await new Promise<void>((done) => {
      this.waiting.push(done);
      this.requestFrame();
    });
    const gl = this.renderer.getContext() as WebGL2RenderingContext;
    const fence = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
    if (!fence) return;
    gl.flush();
    // a browser signals a fence between two tasks
    while (gl.clientWaitSync(fence, 0, 0) === gl.TIMEOUT_EXPIRED)
      await new Promise((resolve) => setTimeout(resolve, 1));
    gl.deleteSync(fence);
  }

  requestFrame(): void {
    if (this.pending === 0) this.pending = requestAnimationFrame((time) => this.frame(time));
  }

  /** Draws now at a pixel ratio of its own and hands over the canvas while its content is valid. */
  capture(pixelRatio: number, use: (canvas: HTMLCanvasElement) => void): void {
    this.draw(pixelRatio);
    use(this.canvas);
    this.draw(window.devicePixelRatio);
  }

  /** Largest picture that the graphics card can draw, in pixels a side. */
  get maximumSize(): number {
    return this.renderer.capabilities.maxTextureSize;
  }

  /** Buffers held on the GPU: constant from sample to sample. */
  get geometriesHeld(): number {
    return this.renderer.info.memory.geometries;
  }

  /** A point in pixels of the window as the camera counts: −1 to 1 across the panel and upwards. */
  private pointerIn(panel: number, clientX: number, clientY: number): Vector2 | undefined {
    const box = this.panels[panel]?.element.getBoundingClientRect();
    return (
      box &&
      new Vector2((2 * (clientX - box.left)) / box.width - 1, 1 - (2 * (clientY - box.top)) / box.height)
    );
  }

  private frame(time: number): void {
    this.pending = 0;
    const element = this.panels[0]?.element;
    if (element && element.clientHeight > 0) this.camera.resize(element.clientWidth / element.clientHeight);
    const more = this.camera.update(time);
    this.draw(window.devicePixelRatio);
    for (const done of this.waiting.splice(0)) done();
    if (more) this.requestFrame();
  }

  private draw(pixelRatio: number): void {
    const { renderer, canvas } = this;
    renderer.setPixelRatio(pixelRatio);
    renderer.setSize(canvas.clientWidth, canvas.clientHeight, false);
    const area = canvas.getBoundingClientRect();
    renderer.setScissor(0, 0, area.width, area.height);
    renderer.clear();
    this.panels.forEach(({ element }, i) => {
      const box = element.getBoundingClientRect();
      const viewport = [box.left - area.left, area.bottom - box.bottom, box.width, box.height] as const;
      renderer.setViewport(...viewport);
      renderer.setScissor(...viewport);
      this.groups.forEach((group, k) => {
        group.visible = k === i;
      });
      for (const object of this.groups[i].children as LayerObject[]) {
        object.material.uniforms.viewportSize.value.set(box.width, box.height);
        object.material.uniforms.edgeWidth.value = 0.55 * pixelRatio;
      }
      renderer.render(this.scene, this.camera.camera);
    });
    this.onFrame();
  }

  private table(colouring?: Pick<Colouring, 'map' | 'reversed'>): DataTexture {
    const { map = 'grey', reversed = false } = colouring ?? {};
    const key = `${map} ${reversed}`;
    const found = this.tables.get(key) ?? createColourTable(map, reversed);
    this.tables.set(key, found);
    return found;
  }
}
