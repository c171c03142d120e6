import {
  BufferAttribute,
  BufferGeometry,
  type DataTexture,
  LineBasicMaterial,
  LineSegments,
  Mesh as MeshObject,
  Raycaster,
  Scene,
  type ShaderMaterial,
  Vector2,
  Vector3,
  WebGLRenderer,
} from 'three';
import type { Mesh } from '../../geometry/mesh.js';
import type { ColourMapName } from './colour-maps.js';
import { createColourTexture, createFieldMaterial, missingValue } from './field-material.js';
import { LinkedCamera } from './linked-camera.js';
import { extremes } from './ranges.js';
import { type Surface, surfaceOf } from './surface.js';

/** A cell field and the page element it is drawn behind. */
export interface SceneField {
  readonly key: string;
  readonly element: HTMLElement;
  /** `[cell]`; not finite where there is no value */
  readonly values: Float64Array;
}

interface DrawnField {
  readonly field: SceneField;
  readonly object: MeshObject<BufferGeometry, ShaderMaterial>;
  /** attribute = (value − offset) / scale, in double precision before the upload */
  readonly offset: number;
  readonly scale: number;
}

/**
 * Draws several fields of one mesh side by side on one canvas with one camera. The canvas lies under the panel
 * elements; each panel is a scissored viewport. Frames are drawn on demand only.
 */
export class FieldScene {
  readonly camera = new LinkedCamera(() => this.requestFrame());
  private readonly renderer: WebGLRenderer;
  private readonly scene = new Scene();
  private readonly edgeMaterial = new LineBasicMaterial({
    color: 0x0b0f14,
    transparent: true,
    depthWrite: false,
  });
  private readonly markerMaterial = new LineBasicMaterial({ color: 0xffffff, depthTest: false });
  private readonly textures = new Map<ColourMapName, DataTexture>();
  private readonly raycaster = new Raycaster();
  private readonly resizeObserver = new ResizeObserver(() => this.resize());
  private fields: DrawnField[] = [];
  private mesh?: Mesh;
  private surface?: Surface;
  private edges?: LineSegments;
  private marker?: LineSegments;
  private markedCell?: number;
  private edgesShown = true;
  private frame = 0;

  /** @throws Error where the browser gives no WebGL 2 context */
  constructor(
    private readonly canvas: HTMLCanvasElement,
    /** Called after every frame, to move what is positioned over the canvas. */
    private readonly onFrame: () => void,
  ) {
    this.renderer = new WebGLRenderer({ canvas, antialias: true, alpha: true });
    this.renderer.setScissorTest(true);
    this.resizeObserver.observe(canvas);
    canvas.addEventListener('webglcontextrestored', () => this.requestFrame());
  }

  /** Replaces mesh and fields and frees what was drawn before. Colours are to be set for every field afterwards. */
  show(mesh: Mesh, fields: readonly SceneField[]): void {
    this.clear();
    this.mesh = mesh;
    const surface = surfaceOf(mesh);
    this.surface = surface;
    const positions = new BufferAttribute(surface.positions, 3);
    this.fields = fields.map((field) => {
      const { offset, scale } = normalisation(field.values);
      const geometry = new BufferGeometry();
      geometry.setAttribute('position', positions);
      geometry.setAttribute(
        'value',
        new BufferAttribute(cornerValues(surface, field.values, offset, scale), 1),
      );
      const object = new MeshObject(geometry, createFieldMaterial(mesh.dimension === 3 ? 1 : 0));
      this.scene.add(object);
      return { field, object, offset, scale };
    });
    this.edges = lines(surface.edges, this.edgeMaterial);
    this.scene.add(this.edges);
    this.camera.attach(fields.map((field) => field.element));
    this.camera.frame(surface);
    this.resize();
  }

  setColours(key: string, map: ColourMapName, minimum: number, maximum: number): void {
    const drawn = this.fields.find(({ field }) => field.key === key);
    if (!drawn) return;
    let texture = this.textures.get(map);
    if (!texture) {
      texture = createColourTexture(map);
      this.textures.set(map, texture);
    }
    const { uniforms } = drawn.object.material;
    uniforms.table.value = texture;
    uniforms.range.value.set((minimum - drawn.offset) / drawn.scale, (maximum - drawn.offset) / drawn.scale);
    this.requestFrame();
  }

  setEdges(shown: boolean): void {
    this.edgesShown = shown;
    this.requestFrame();
  }

  /** The cell drawn at a point of the window, in the panel of `key`. */
  cellAt(key: string, clientX: number, clientY: number): number | undefined {
    const drawn = this.fields.find(({ field }) => field.key === key);
    if (!drawn || !this.surface) return undefined;
    const box = drawn.field.element.getBoundingClientRect();
    const position = new Vector2(
      (2 * (clientX - box.left)) / box.width - 1,
      1 - (2 * (clientY - box.top)) / box.height,
    );
    this.raycaster.setFromCamera(position, this.camera.camera);
    const hit = this.raycaster.intersectObject(drawn.object)[0];
    return hit?.faceIndex == null ? undefined : this.surface.triangleCells[hit.faceIndex];
  }

  /** Where the centre of a cell is drawn, in CSS pixels from the top left corner of any panel. */
  positionOf(cell: number): { x: number; y: number } | undefined {
    if (!this.mesh || !this.surface || this.fields.length === 0) return undefined;
    const { dimension, cellCentroids } = this.mesh;
    const { centre, size } = this.surface;
    const [x, y, z] = [0, 1, 2].map((axis) =>
      axis < dimension ? (cellCentroids[dimension * cell + axis] - centre[axis]) / size : 0,
    );
    const projected = new Vector3(x, y, z).project(this.camera.camera);
    const { clientWidth, clientHeight } = this.fields[0].field.element;
    return { x: (clientWidth * (projected.x + 1)) / 2, y: (clientHeight * (1 - projected.y)) / 2 };
  }

  /** Outlines one cell in every panel, or none. */
  mark(cell: number | undefined): void {
    if (cell === this.markedCell) return;
    this.markedCell = cell;
    this.removeMarker();
    if (cell !== undefined && this.surface) {
      this.marker = lines(this.surface.outline(cell), this.markerMaterial);
      this.marker.renderOrder = 1;
      this.scene.add(this.marker);
    }
    this.requestFrame();
  }

  requestFrame(): void {
    if (this.frame === 0) this.frame = requestAnimationFrame(() => this.draw(window.devicePixelRatio));
  }

  /** Draws now at a pixel ratio of its own and hands over the canvas while its content is valid. */
  capture(pixelRatio: number, use: (canvas: HTMLCanvasElement) => void): void {
    this.draw(pixelRatio);
    use(this.canvas);
    this.draw(window.devicePixelRatio);
  }

  /** Buffers held on the GPU: constant from sample to sample. */
  get geometriesHeld(): number {
    return this.renderer.info.memory.geometries;
  }

  clear(): void {
    this.mark(undefined);
    for (const { object } of this.fields) {
      object.geometry.dispose();
      object.material.dispose();
    }
    this.edges?.geometry.dispose();
    this.scene.clear();
    this.fields = [];
    this.mesh = undefined;
    this.surface = undefined;
    this.requestFrame();
  }

  private removeMarker(): void {
    if (!this.marker) return;
    this.marker.geometry.dispose();
    this.scene.remove(this.marker);
    this.marker = undefined;
  }

  private resize(): void {
    const element = this.fields[0]?.field.element;
    if (element && element.clientHeight > 0) this.camera.resize(element.clientWidth / element.clientHeight);
    this.requestFrame();
  }

  private draw(pixelRatio: number): void {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    const { renderer, canvas } = this;
    renderer.setPixelRatio(pixelRatio);
    renderer.setSize(canvas.clientWidth, canvas.clientHeight, false);
    const area = canvas.getBoundingClientRect();
    renderer.setScissor(0, 0, area.width, area.height);
    renderer.clear();
    this.fadeEdges();
    for (const { field, object } of this.fields) {
      const box = field.element.getBoundingClientRect();
      const viewport = [box.left - area.left, area.bottom - box.bottom, box.width, box.height] as const;
      renderer.setViewport(...viewport);
      renderer.setScissor(...viewport);
      for (const other of this.fields) other.object.visible = other.object === object;
      renderer.render(this.scene, this.camera.camera);
    }
    this.onFrame();
  }

  /** Edges of cells a few pixels wide would hide the field: they fade with the size of a cell on screen. */
  private fadeEdges(): void {
    if (!this.edges || !this.surface || this.fields.length === 0) return;
    const { camera } = this.camera;
    const pixelsPerUnit =
      (this.fields[0].field.element.clientHeight * camera.zoom) / (camera.top - camera.bottom);
    const [x, y] = this.surface.halfExtent;
    const cellPixels =
      pixelsPerUnit * Math.sqrt((4 * x * y) / Math.max(1, this.surface.triangleCells.length));
    this.edgeMaterial.opacity = 0.4 * Math.min(1, Math.max(0, (cellPixels - 2) / 10));
    this.edges.visible = this.edgesShown && this.edgeMaterial.opacity > 0;
  }
}

function lines(positions: Float32Array<ArrayBuffer>, material: LineBasicMaterial): LineSegments {
  const geometry = new BufferGeometry();
  geometry.setAttribute('position', new BufferAttribute(positions, 3));
  return new LineSegments(geometry, material);
}

function normalisation(values: Float64Array): { offset: number; scale: number } {
  const range = extremes(values);
  return range
    ? { offset: range.minimum, scale: range.maximum - range.minimum || 1 }
    : { offset: 0, scale: 1 };
}

function cornerValues(surface: Surface, values: Float64Array, offset: number, scale: number) {
  const corners = new Float32Array(3 * surface.triangleCells.length);
  surface.triangleCells.forEach((cell, triangle) => {
    const value = values[cell];
    corners.fill(
      Number.isFinite(value) ? (value - offset) / scale : missingValue,
      3 * triangle,
      3 * triangle + 3,
    );
  });
  return corners;
}
