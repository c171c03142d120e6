/** A binary glTF of one triangle with a number at each corner, shown twice: stretched along x, and turned and moved. */
export function glb(change: (gltf: Record<string, unknown>) => void = () => {}): Uint8Array {
  const data = new DataView(new ArrayBuffer(4 * 9 + 8 + 4 * 3));
  [0, 0, 0, 1, 0, 0, 0, 1, 0].forEach((value, i) => {
    data.setFloat32(4 * i, value, true);
  });
  [0, 1, 2].forEach((value, i) => {
    data.setUint16(36 + 2 * i, value, true);
  });
  [5, 6, 7].forEach((value, i) => {
    data.setFloat32(44 + 4 * i, value, true);
  });
  const gltf = {
    asset: { version: '2.0' },
    scene: 0,
    scenes: [{ nodes: [0] }],
    nodes: [
      { children: [1, 2], scale: [2, 1, 1] },
      { mesh: 0 },
      // a quarter turn about x: y becomes z
      { mesh: 0, rotation: [Math.SQRT1_2, 0, 0, Math.SQRT1_2], translation: [0, 5, 0] },
    ],
    meshes: [{ primitives: [{ attributes: { POSITION: 0, _HEAT: 2 }, indices: 1 }] }],
    accessors: [
      { bufferView: 0, componentType: 5126, count: 3, type: 'VEC3' },
      { bufferView: 1, componentType: 5123, count: 3, type: 'SCALAR' },
      { bufferView: 2, componentType: 5126, count: 3, type: 'SCALAR' },
    ],
    bufferViews: [
      { buffer: 0, byteOffset: 0, byteLength: 36 },
      { buffer: 0, byteOffset: 36, byteLength: 6 },
      { buffer: 0, byteOffset: 44, byteLength: 12 },
    ],
    buffers: [{ byteLength: data.byteLength }],
  };
  change(gltf);
  const json = new TextEncoder().encode(
    JSON.stringify(gltf).padEnd(4 * Math.ceil(JSON.stringify(gltf).length / 4)),
  );
  const bytes = new Uint8Array(12 + 8 + json.length + 8 + data.byteLength);
  const view = new DataView(bytes.buffer);
  [0x46546c67, 2, bytes.length, json.length, 0x4e4f534a].forEach((word, i) => {
    view.setUint32(4 * i, word, true);
  });
  bytes.set(json, 20);
  view.setUint32(20 + json.length, data.byteLength, true);
  view.setUint32(24 + json.length, 0x004e4942, true);
  bytes.set(new Uint8Array(data.buffer), 28 + json.length);
  return bytes;
}
