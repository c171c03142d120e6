/** Files that the viewer opens, by the end of their names. */
export const OPENED_EXTENSIONS = ['vtu', 'pvd', 'vtk', 'msh', 'stl', 'obj', 'ply', 'glb', 'onnx'] as const;
