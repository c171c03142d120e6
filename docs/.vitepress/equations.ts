import type { MarkdownRenderer } from 'vitepress';

/** Indented text, which holds the equations: as it stands, and scrolled with the keyboard where it is wider than the page. */
export function equations(md: MarkdownRenderer): void {
  md.renderer.rules.code_block = (tokens, index) =>
    `<pre class="equations" tabindex="0" v-pre>${md.utils.escapeHtml(tokens[index].content)}</pre>\n`;
}
