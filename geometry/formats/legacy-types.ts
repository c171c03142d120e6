import type { VtkType } from './vtk-types.js';

/** Data types of VTK's legacy files as they lie in binary ones; identifiers are written as 32-bit integers. */
export const TYPE_OF_LEGACY: Readonly<Record<string, VtkType>> = {
  char: 'Int8',
  signed_char: 'Int8',
  unsigned_char: 'UInt8',
  short: 'Int16',
  unsigned_short: 'UInt16',
  int: 'Int32',
  unsigned_int: 'UInt32',
  long: 'Int64',
  unsigned_long: 'UInt64',
  vtktypeint64: 'Int64',
  vtktypeuint64: 'UInt64',
  vtkidtype: 'Int32',
  float: 'Float32',
  double: 'Float64',
};

export const LEGACY_OF_TYPE: Readonly<Record<VtkType, string>> = {
  Int8: 'char',
  UInt8: 'unsigned_char',
  Int16: 'short',
  UInt16: 'unsigned_short',
  Int32: 'int',
  UInt32: 'unsigned_int',
  Int64: 'vtktypeint64',
  UInt64: 'vtktypeuint64',
  Float32: 'float',
  Float64: 'double',
};
