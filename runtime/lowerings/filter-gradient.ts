import { type Graph, ints, type Value } from '../graph.js';
import { reshape } from '../lowering.js';
import { type ConvolutionSizes, mirrored, mirroredPads, permute } from './convolution-sizes.js';

/**
 * w̄_kl = Σ_b Σ_p x_b(s p + d (k, l)) ȳ_b(p)ᵀ, `[h, w, inputs, outputs]`, of an image and a cotangent with channels last:
 * a convolution of one picture, whose channels are the samples, with the cotangent as its filter. The picture's columns
 * are the image's columns and channels, `[1, batch, height, width · inputs]`, so that the filter reaches every inputs-th
 * of them and the answer holds all inputs of a place side by side.
 *
 * Tried, milliseconds on one core for a filter of 3 × 3, 8 images of 64² × 32 channels (32² × 64, 16² × 128):
 * convolution whose samples are the inputs 25 (19, 16); that with inputs as a third axis of space 43 (20, 14); nine shifted copies
 * of the image and one product per image 18 (10, 8.5), the copies by ONNX Runtime's UnfoldTensor 66 (21, 20); rows shifted
 * in the image, columns in the cotangent and the product of both 12 (8.8, 8.5); this 9.5 (7.5, 6.7), as ONNX Runtime makes
 * the copies tile by tile, in rows as long as the inputs. On two cores it also gains most: those copies are shared out.
 * With fewer outputs than inputs the cotangent is the picture: fewer copies, 16 instead of 21 for 64² × 64 to 32 channels.
 */
export function filterGradient(graph: Graph, x: Value, dy: Value, sizes: ConvolutionSizes): Value {
  const back = mirroredPads(sizes);
  if (back !== null && sizes.dilations.every((dilation) => dilation === 1) && dy.shape[3] < x.shape[3]) {
    const places = correlation(graph, dy, x, { ...sizes, pads: back });
    return mirrored(graph, permute(graph, places, [1, 2, 0, 3]));
  }
  return permute(graph, correlation(graph, x, dy, sizes), [1, 2, 3, 0]);
}

/** Σ over samples and points of picture(s p + d (k, l)) and filter(p): [filter's channels, h, w, picture's channels]. */
function correlation(
  graph: Graph,
  picture: Value,
  filter: Value,
  { filter: [height, width], strides, dilations, pads }: ConvolutionSizes,
): Value {
  const [batch, pictureHeight, pictureWidth, inner] = picture.shape;
  const [, filterHeight, filterWidth, outer] = filter.shape;
  const [top, left, bottom, right] = pads;
  // places of the answer, or more where strides leave a rest; between dilated columns are those of no place
  const rest = pictureHeight + top + bottom - (filterHeight - 1) * strides[0] - 1;
  const rows = Math.floor(rest / dilations[0]) + 1;
  const columns = pictureWidth + left + right - (filterWidth - 1) * strides[1];
  const sums = graph.op(
    'Conv',
    [
      reshape(graph, picture, [1, batch, pictureHeight, pictureWidth * inner]),
      permute(graph, filter, [3, 0, 1, 2]),
    ],
    [1, outer, rows, columns * inner],
    {
      strides: ints([dilations[0], 1]),
      dilations: ints([strides[0], strides[1] * inner]),
      pads: ints([top, left * inner, bottom, right * inner]),
    },
  );
  const places = reshape(graph, sums, [outer, rows, columns, inner]);
  if (rows === height && columns === width) return places;
  return graph.op(
    'Slice',
    [
      places,
      graph.vector([0, 0]),
      graph.vector([height, (width - 1) * dilations[1] + 1]),
      graph.vector([1, 2]),
      graph.vector([1, dilations[1]]),
    ],
    [outer, height, width, inner],
  );
}
