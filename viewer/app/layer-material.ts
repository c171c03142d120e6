import {
  ClampToEdgeWrapping,
  DataTexture,
  DoubleSide,
  GLSL3,
  LinearFilter,
  ShaderMaterial,
  Vector2,
  Vector3,
  Vector4,
} from 'three';
import { MISSING_VALUE, type Normalisation } from '../data/field-reference.js';
import { type ColourMapName, colourTable } from './colour-maps.js';
import type { ColourRange } from './colour-range.js';

const tableSize = 256;
/** Cut plane and the six sides of the clipping box. */
const maximumPlanes = 7;

/** How drawn numbers become colours; all of it uniforms. */
export interface Colouring {
  readonly map: ColourMapName;
  readonly reversed: boolean;
  readonly logarithmic: boolean;
  readonly range: ColourRange;
  readonly markOutside: boolean;
  readonly below: string;
  readonly above: string;
  readonly missing: string;
}

/** A half space of the drawn frame that is not drawn: n·x > offset. */
export interface HiddenSide {
  readonly normal: readonly number[];
  readonly offset: number;
}

const fragmentShader = /* glsl */ `
  uniform sampler2D table;
  uniform vec2 range;
  uniform vec2 normalisation;
  uniform bool logarithmic;
  uniform bool markOutside;
  uniform vec3 below;
  uniform vec3 above;
  uniform vec3 missing;
  uniform float opacity;
  uniform float shading;
  uniform float edgeStrength;
  uniform float edgeWidth;
  uniform int planeCount;
  uniform vec4 planes[${maximumPlanes}];
  in float drawnValue;
  in vec3 drawnPosition;
  in vec3 viewPosition;
  in vec3 corners;
  flat in int mask;
  out vec4 result;

  vec3 colourOf(float value) {
    if (value < ${(MISSING_VALUE * 1e-10).toExponential()}) return missing;
    if (logarithmic) {
      float physical = value * normalisation.y + normalisation.x;
      value = physical > 0.0 ? log(physical) : -1e20;
    }
    float t = (value - range.x) / (range.y - range.x);
    if (markOutside && t < -1e-5) return below;
    if (markOutside && t > 1.00001) return above;
    float centre = (clamp(t, 0.0, 1.0) * ${tableSize - 1}.0 + 0.5) / ${tableSize}.0;
    return texture(table, vec2(centre, 0.5)).rgb;
  }

  void main() {
    for (int i = 0; i < ${maximumPlanes}; i++)
      if (i < planeCount && dot(planes[i].xyz, drawnPosition) > planes[i].w) discard;
    vec3 colour = colourOf(drawnValue);
    if (shading > 0.0) {
      vec3 normal = normalize(cross(dFdx(viewPosition), dFdy(viewPosition)));
      colour *= mix(1.0, 0.66 + 0.34 * abs(normal.z), shading);
    }
    if (edgeStrength > 0.0) {
      // distance from the sides of the cell in pixels; edges fade before they hide the field
      vec3 perPixel = fwidth(corners);
      vec3 pixels = corners / max(perPixel, vec3(1e-9));
      float nearest = 1e9;
      for (int k = 0; k < 3; k++) if ((mask & (1 << k)) != 0) nearest = min(nearest, pixels[k]);
      float line = 1.0 - smoothstep(edgeWidth - 0.5, edgeWidth + 0.5, nearest);
      float crowded = max(perPixel.x, max(perPixel.y, perPixel.z));
      // light on dark colours, dark on light ones
      float ink = dot(colour, vec3(0.3, 0.59, 0.11)) < 0.22 ? 0.8 : 0.04;
      colour = mix(colour, vec3(ink), edgeStrength * line * (1.0 - smoothstep(0.06, 0.3, crowded)));
    }
    result = vec4(colour, opacity);
  }`;

/** What every vertex shader tells the fragment shader. */
const handedOn = /* glsl */ `
  out float drawnValue;
  out vec3 drawnPosition;
  out vec3 viewPosition;
  out vec3 corners;
  flat out int mask;`;

const triangleShader = /* glsl */ `
  in float scalar;
  in float otherScalar;
  in float edge;
  uniform float blend;
  ${handedOn}
  void main() {
    drawnValue = mix(scalar, otherScalar, blend);
    drawnPosition = position;
    int corner = gl_VertexID % 3;
    corners = vec3(float(corner == 0), float(corner == 1), float(corner == 2));
    mask = int(edge + 0.5);
    vec4 view = modelViewMatrix * vec4(position, 1.0);
    viewPosition = view.xyz;
    gl_Position = projectionMatrix * view;
  }`;

const glyphShader = /* glsl */ `
  in vec3 origin;
  in vec3 direction;
  in float scalar;
  in float otherScalar;
  uniform float blend;
  uniform float glyphSize;
  ${handedOn}
  void main() {
    drawnValue = mix(scalar, otherScalar, blend);
    // hidden with the place it belongs to, never in halves
    drawnPosition = origin;
    corners = vec3(1.0);
    mask = 0;
    float size = length(direction);
    vec3 along = size > 0.0 ? direction / size : vec3(0.0, 0.0, 1.0);
    vec3 other = abs(along.z) < 0.9 ? vec3(0.0, 0.0, 1.0) : vec3(1.0, 0.0, 0.0);
    vec3 across = normalize(cross(along, other));
    vec3 third = cross(along, across);
    // arrows are at least so large that their direction shows
    float drawn = size > 0.0 ? glyphSize * (0.25 + 0.75 * size) : 0.0;
    vec3 place = origin + drawn * (position.x * across + position.y * third + position.z * along);
    vec4 view = modelViewMatrix * vec4(place, 1.0);
    viewPosition = view.xyz;
    gl_Position = projectionMatrix * view;
  }`;

const lineShader = /* glsl */ `
  in vec3 start;
  in vec3 end;
  in vec2 scalar;
  in vec2 otherScalar;
  uniform float blend;
  uniform float lineWidth;
  uniform vec2 viewportSize;
  ${handedOn}
  void main() {
    vec2 values = mix(scalar, otherScalar, blend);
    drawnValue = position.x < 0.5 ? values.x : values.y;
    drawnPosition = mix(start, end, position.x);
    corners = vec3(1.0);
    mask = 0;
    vec4 a = projectionMatrix * modelViewMatrix * vec4(start, 1.0);
    vec4 b = projectionMatrix * modelViewMatrix * vec4(end, 1.0);
    vec2 along = (b.xy / b.w - a.xy / a.w) * viewportSize;
    float size = length(along);
    vec2 across = size > 0.0 ? vec2(-along.y, along.x) / size : vec2(0.0, 1.0);
    vec4 place = position.x < 0.5 ? a : b;
    place.xy += position.y * lineWidth * across / viewportSize * place.w;
    viewPosition = (modelViewMatrix * vec4(drawnPosition, 1.0)).xyz;
    gl_Position = place;
  }`;

const vertexShaders = { triangles: triangleShader, glyphs: glyphShader, lines: lineShader };
export type LayerShape = keyof typeof vertexShaders;

/**
 * The material of a layer: numbers are coloured through a table of one row, t = (value − low) / (high − low), as the table has
 * the colours (sRGB). A new range, colour map, clipping plane, opacity or blend changes uniforms and 256 texels, nothing else.
 */
export class LayerMaterial extends ShaderMaterial {
  /** What {@link hide} was given last */
  hiddenSides: readonly HiddenSide[] = [];

  constructor(shape: LayerShape) {
    super({
      glslVersion: GLSL3,
      side: DoubleSide,
      vertexShader: vertexShaders[shape],
      fragmentShader,
      uniforms: {
        table: { value: null },
        range: { value: new Vector2(0, 1) },
        normalisation: { value: new Vector2(0, 1) },
        logarithmic: { value: false },
        markOutside: { value: false },
        below: { value: new Vector3() },
        above: { value: new Vector3() },
        missing: { value: new Vector3() },
        opacity: { value: 1 },
        shading: { value: 0 },
        blend: { value: 0 },
        edgeStrength: { value: 0 },
        edgeWidth: { value: 0.7 },
        glyphSize: { value: 0.05 },
        lineWidth: { value: 2 },
        viewportSize: { value: new Vector2(1, 1) },
        planeCount: { value: 0 },
        planes: { value: Array.from({ length: maximumPlanes }, () => new Vector4()) },
      },
    });
    // what shines through: the sides that look away first, then those before them
    this.forceSinglePass = false;
  }

  setColouring(colouring: Colouring, normalisation: Normalisation, table: DataTexture): void {
    const { uniforms } = this;
    const { offset, scale } = normalisation;
    const { minimum, maximum } = colouring.range;
    uniforms.table.value = table;
    uniforms.normalisation.value.set(offset, scale);
    uniforms.logarithmic.value = colouring.logarithmic;
    if (colouring.logarithmic) uniforms.range.value.set(Math.log(minimum), Math.log(maximum));
    else uniforms.range.value.set((minimum - offset) / scale, (maximum - offset) / scale);
    uniforms.markOutside.value = colouring.markOutside;
    for (const name of ['below', 'above', 'missing'] as const)
      uniforms[name].value.set(...channels(colouring[name]));
  }

  setOpacity(opacity: number): void {
    this.uniforms.opacity.value = opacity;
    this.transparent = opacity < 1;
    this.depthWrite = opacity === 1;
  }

  hide(sides: readonly HiddenSide[]): void {
    this.hiddenSides = sides;
    this.uniforms.planeCount.value = sides.length;
    sides.forEach(({ normal: [x, y, z], offset }, i) => {
      this.uniforms.planes.value[i].set(x, y, z, offset);
    });
  }
}

/** The map as a texture of one row. */
export function createColourTable(map: ColourMapName, reversed: boolean): DataTexture {
  const texture = new DataTexture(colourTable(map, tableSize, reversed), tableSize, 1);
  texture.magFilter = LinearFilter;
  texture.minFilter = LinearFilter;
  texture.wrapS = ClampToEdgeWrapping;
  texture.needsUpdate = true;
  return texture;
}

function channels(hex: string): [number, number, number] {
  const channel = (at: number) => Number.parseInt(hex.slice(at, at + 2), 16) / 255;
  return [channel(1), channel(3), channel(5)];
}
