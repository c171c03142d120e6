import { FileError } from '../../common/errors.js';
import { STEP_SIZE, type Steps } from '../steps.js';
import { checkRoom } from './msh-4.js';
import type { MshContent } from './msh-content.js';
import type { NumberReader } from './number-reader.js';

/** `$Nodes` of MSH 2.2: tag and coordinates. */
export function* readNodes2(
  read: NumberReader,
  count: number,
  content: MshContent,
  bytesLeft: () => number,
): Steps<void> {
  const { int, double } = read.smallest;
  checkRoom(count * (int + 3 * double), bytesLeft(), `${count} nodes`);
  content.startNodes(count);
  for (let n = 0; n < count; n++) {
    content.nodeTags[n] = read.int();
    for (let k = 0; k < 3; k++) content.points[3 * n + k] = read.double();
    if (n % (STEP_SIZE >> 5) === 0) yield read.position;
  }
  content.endNodes();
}

/**
 * `$Elements` of MSH 2.2. As text, a line per element: tag, type, number of tags, tags, nodes. As bytes, blocks of elements of
 * one type and number of tags. The first tag is the physical group.
 */
export function* readElements2(
  read: NumberReader,
  count: number,
  binary: boolean,
  content: MshContent,
  bytesLeft: () => number,
): Steps<void> {
  checkRoom(count * (binary ? 2 : 4) * read.smallest.int, bytesLeft(), `${count} elements`);
  content.startElements(count);
  const nextTag = () => read.int();
  while (content.cellCount < count) {
    const first = binary ? 0 : read.int();
    const type = content.elementType(read.int());
    const inBlock = binary ? read.int() : 1;
    const tagCount = read.int();
    if (inBlock < 1 || tagCount < 0)
      throw new FileError(
        `readMsh: a block has ${inBlock} elements of ${tagCount} tags; the file is corrupt.`,
      );
    for (let e = 0; e < inBlock; e++) {
      const tag = binary ? read.int() : first;
      let physical = 0;
      for (let t = 0; t < tagCount; t++) {
        const value = read.int();
        if (t === 0) physical = value;
      }
      content.addElement(tag, type, physical, nextTag);
      if (content.cellCount % (STEP_SIZE >> 5) === 0) yield read.position;
    }
  }
}
