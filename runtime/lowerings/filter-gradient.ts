import { type Graph, ints, type Value } from '../graph.js';
import { reshape } from '../lowering.js';
import { type ConvolutionSizes, permute } from './convolution-sizes.js';

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
 */
export function filterGradient(graph: Graph, x: Value, dy: Value, sizes: ConvolutionSizes): Value {
  const { filter, strides, dilations, pads } = sizes;
  const [height, width] = filter;
  const [batch, imageHeight, imageWidth, inputs] = x.shape;
  const [, outHeight, outWidth, outputs] = dy.shape;
  const [top, left, bottom, right] = pads;
  // places of the filter, or more where strides leave a rest; between dilated columns are those of no place
  const rows = Math.floor((imageHeight + top + bottom - (outHeight - 1) * strides[0] - 1) / dilations[0]) + 1;
  const columns = imageWidth + left + right - (outWidth - 1) * strides[1];
  const correlation = graph.op(
    'Conv',
    [reshape(graph, x, [1, batch, imageHeight, imageWidth * inputs]), permute(graph, dy, [3, 0, 1, 2])],
    [1, outputs, rows, columns * inputs],
    {
      strides: ints([dilations[0], 1]),
      dilations: ints([strides[0], strides[1] * inputs]),
      pads: ints([top, left * inputs, bottom, right * inputs]),
    },
  );
  const places = reshape(graph, correlation, [outputs, rows, columns, inputs]);
  const wanted =
    rows === height && columns === width
      ? places
      : graph.op(
          'Slice',
          [
            places,
            graph.vector([0, 0]),
            graph.vector([height, (width - 1) * dilations[1] + 1]),
            graph.vector([1, 2]),
            graph.vector([1, dilations[1]]),
          ],
          [outputs, height, width, inputs],
        );
  return permute(graph, wanted, [1, 2, 3, 0]);
}
