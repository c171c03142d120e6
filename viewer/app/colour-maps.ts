/**
 * Colour maps as sRGB control points, evenly spaced on [0, 1] and interpolated linearly in sRGB.
 *
 * Sources: viridis and inferno by S. van der Walt, N. Smith and E. Firing (matplotlib, CC0); cividis by
 * J. Nuñez, C. Anderton and R. Renslow, PLOS ONE 13(7) e0199239 (as in matplotlib); turbo by A. Mikhailov,
 * Google (Apache-2.0): every fifth of their 256 entries. Cool–warm: the 33 colours published with K. Moreland,
 * "Diverging color maps for scientific visualization", ISVC 2009.
 */
const controlPoints = {
  viridis:
    '44015446085c471063481769481d6f482475472a7a46307e453781433d844142873f48893d4e8a3a538b38598c355e8d' +
    '33638d31688e2e6d8e2c718e2a768e297b8e27808e25848e23898e218e8d20928c1f978b1e9c891fa18821a58524aa83' +
    '28ae802eb37c35b7793dbc7446c06f50c46a5ac86465cb5e70cf577cd25089d54895d840a2da37b0dd2fbddf26cae11f' +
    'd8e219e5e419f1e51dfde725',
  cividis:
    '00224e002656002a5f002d68003070083370163770203a6f273e6e2e416d34456c3a486c3f4c6c444f6c49536c4e566c' +
    '535a6d575d6d5c616e60646f656870696b716d6f727272747676767a7a787e7d788381798885788d8878928c78969077' +
    '9b9476a09875a59c74aaa073afa471b5a86fbaac6dbfb06bc4b468c9b965cfbd62d4c15fdac65bdfca57e5cf52ead34c' +
    'f0d846f6dd3ffce236fee838',
  inferno:
    '00000402020c0504170a072210092d160b391e0c45260c512f0a5b380962400a67490b6a510e6c59106e61136e69166e' +
    '71196e781c6d801f6c88226a902568982766a02a63a82e5fb0315bb73557bf3952c63d4dcc4248d34743d94d3ddf5337' +
    'e45a31e9612bed6925f1711ff47918f78212f98b0bfa9407fb9d07fca60cfcb014fbba1ffac42af8cd37f6d746f4e156' +
    'f2ea69f2f27df5f992fcffa4',
  turbo:
    '30123b36215f3b2f803f3e9c424bb54559cb4666dd4773eb4680f6458cfd4099ff38a5fb2fb2f427bee91fc9dd1ad4d0' +
    '18ddc21ae4b622ebaa2ff19b3ff68a52fa7a65fd6979fe598bff4b9cfe40a9fb39b7f735c3f134d0ea34dbe236e5d938' +
    'eecf3af5c53afaba39fdae35fea130fe932afc8423f9751df46617ef5811e84b0ce14109d83706ce2d04c32503b71d02' +
    'a916019b0f018b09027a0403',
  'cool-warm':
    '3b4cc0445acc4d68d75775e16282ea6c8ef1779af782a5fb8db0fe98b9ffa3c2ffaec9fdb8d0f9c2d5f4ccd9eed5dbe6' +
    'dddddde5d8d1ecd3c5f1ccb9f5c4adf7bba0f7b194f7a687f49a7bf18d6fec7f63e57058de604dd55042cb3e38c0282f' +
    'b40426',
  grey: '000000ffffff',
};

export type ColourMapName = keyof typeof controlPoints;

export const colourMapNames = Object.keys(controlPoints) as ColourMapName[];

/** sRGB (0–255, not rounded) of a map at `position` in [0, 1]; positions outside take the end colours. */
export function colourAt(map: ColourMapName, position: number): [number, number, number] {
  const digits = controlPoints[map];
  const last = digits.length / 6 - 1;
  const scaled = Math.min(Math.max(position, 0), 1) * last;
  const index = Math.min(Math.floor(scaled), last - 1);
  const fraction = scaled - index;
  const channel = (point: number, offset: number) =>
    Number.parseInt(digits.slice(6 * point + 2 * offset, 6 * point + 2 * offset + 2), 16);
  const mix = (offset: number) =>
    channel(index, offset) * (1 - fraction) + channel(index + 1, offset) * fraction;
  return [mix(0), mix(1), mix(2)];
}

/** `[entry][red, green, blue, alpha]` bytes of a map sampled at `size` evenly spaced positions, ends included. */
export function colourTable(map: ColourMapName, size: number, reversed = false): Uint8Array<ArrayBuffer> {
  const table = new Uint8Array(4 * size);
  for (let entry = 0; entry < size; entry++) {
    const position = entry / (size - 1);
    const colour = colourAt(map, reversed ? 1 - position : position);
    table.set([...colour.map(Math.round), 255], 4 * entry);
  }
  return table;
}

/** The map as a CSS gradient, for colour bars. */
export function cssGradient(map: ColourMapName, reversed = false): string {
  const stops = Array.from(
    { length: 33 },
    (_, i) =>
      `rgb(${colourAt(map, reversed ? 1 - i / 32 : i / 32)
        .map(Math.round)
        .join(' ')})`,
  );
  return `linear-gradient(to right, ${stops.join(', ')})`;
}
