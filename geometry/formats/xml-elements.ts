import { FileError } from '../../common/errors.js';

export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** Text directly inside the element, children left out */
  readonly text: string;
}

interface OpenElement {
  name: string;
  attributes: Record<string, string>;
  children: XmlElement[];
  text: string;
}

/**
 * The elements of an XML document without DTD: enough for data files, in linear time and with bounded depth. Entities
 * other than the five predefined ones and character references are kept as text.
 *
 * @throws FileError if elements do not nest or the text ends inside one
 */
export function parseXml(text: string, reader: string): XmlElement {
  const root: OpenElement = { name: '', attributes: {}, children: [], text: '' };
  const stack: OpenElement[] = [root];
  let position = 0;
  while (position < text.length) {
    const open = text.indexOf('<', position);
    const parent = stack[stack.length - 1];
    parent.text += decodeEntities(text.slice(position, open < 0 ? text.length : open));
    if (open < 0) break;
    const skipTo = text.startsWith('<!--', open) ? '-->' : text.startsWith('<?', open) ? '?>' : undefined;
    const end = text.indexOf(skipTo ?? '>', open);
    if (end < 0) throw new FileError(`${reader}: the file ends inside an XML element; it is truncated.`);
    position = end + (skipTo?.length ?? 1);
    if (skipTo !== undefined || text[open + 1] === '!') continue;
    if (text[open + 1] === '/') {
      const name = text.slice(open + 2, end).trim();
      if (stack.length === 1 || parent.name !== name)
        throw new FileError(
          `${reader}: XML element </${name.slice(0, 40)}> closes <${parent.name.slice(0, 40)}>; the file is corrupt.`,
        );
      stack.pop();
      continue;
    }
    const selfClosing = text[end - 1] === '/';
    const element = openElement(text.slice(open + 1, selfClosing ? end - 1 : end));
    parent.children.push(element);
    if (selfClosing) continue;
    stack.push(element);
    if (stack.length > 32)
      throw new FileError(`${reader}: XML elements are nested more than 32 deep; the file is corrupt.`);
  }
  if (stack.length > 1)
    throw new FileError(
      `${reader}: XML element <${stack[stack.length - 1].name.slice(0, 40)}> is not closed; the file is truncated.`,
    );
  return root;
}

function openElement(tag: string): OpenElement {
  const name = /^[^\s/]*/.exec(tag)![0];
  const attributes: Record<string, string> = Object.create(null);
  const pattern = /([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
  pattern.lastIndex = name.length;
  for (let match = pattern.exec(tag); match !== null; match = pattern.exec(tag))
    attributes[match[1]] = decodeEntities(match[2] ?? match[3]);
  return { name, attributes, children: [], text: '' };
}

const PREDEFINED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(#x[0-9a-fA-F]{1,6}|#[0-9]{1,7}|lt|gt|amp|quot|apos);/g, (whole, entity: string) => {
    if (!entity.startsWith('#')) return PREDEFINED[entity];
    const code = entity[1] === 'x' ? Number.parseInt(entity.slice(2), 16) : Number(entity.slice(1));
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
