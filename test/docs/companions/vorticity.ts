export const w0 = Float64Array.from(
  { length: 128 * 128 },
  (_, i) => Math.sin((4 * Math.PI * (i % 128)) / 128) * Math.cos((2 * Math.PI * Math.floor(i / 128)) / 128),
);
