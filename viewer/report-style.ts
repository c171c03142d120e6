/** Style of report.html; colours as in the viewer. */
export const reportStyle = `
:root {
  color-scheme: light dark;
  --page: light-dark(#f6f7f9, #12161b); --surface: light-dark(#fff, #1a2027);
  --text: light-dark(#16202a, #e6ebf0); --muted: light-dark(#56636f, #9aa7b4);
  --line: light-dark(#d8dee5, #303943); --accent: light-dark(#1b6f8f, #6cc3e0);
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; max-width: 1080px; padding: 28px 24px 64px; background: var(--page); color: var(--text);
  font: 15px/1.55 system-ui, "Segoe UI", Roboto, "Helvetica Neue", "DejaVu Sans", sans-serif;
  font-variant-numeric: tabular-nums;
}
h1 { font-size: 26px; line-height: 1.25; margin: 0 0 6px; }
h2 { font-size: 19px; margin: 40px 0 10px; }
h3 { font-size: 15px; margin: 22px 0 6px; }
p { max-width: 76ch; margin: 0 0 12px; }
a { color: var(--accent); }
.note { color: var(--muted); font-size: 14px; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(190px, 1fr)); gap: 12px; margin: 20px 0; }
.figures div { padding: 12px 16px; background: var(--surface); border: 1px solid var(--line); border-radius: 10px; }
.figures dt { color: var(--muted); font-size: 13px; }
.figures dd { margin: 0; }
.figures .value { font-size: 24px; font-weight: 650; line-height: 1.3; }
figure {
  margin: 12px 0 18px; padding: 14px 14px 8px; background: var(--surface); border: 1px solid var(--line);
  border-radius: 10px;
}
figcaption { font-weight: 600; font-size: 14px; margin-bottom: 6px; }
figcaption span { font-weight: 400; color: var(--muted); }
figure img { display: block; width: 100%; height: auto; border-radius: 6px; }
.multiples { display: grid; grid-template-columns: repeat(auto-fit, minmax(300px, 1fr)); gap: 12px; }
.multiples figure { margin: 0; }
.key { display: flex; gap: 18px; margin: 0 0 8px; padding: 0; list-style: none; font-size: 14px; }
.key li::before {
  content: ""; display: inline-block; width: 12px; height: 12px; margin-right: 6px; border-radius: 3px;
  background: var(--colour);
}
.scroll { overflow-x: auto; margin-bottom: 14px; }
table { border-collapse: collapse; width: 100%; background: var(--surface); font-size: 14px; }
th, td { padding: 5px 12px; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; }
thead th { color: var(--muted); font-weight: 600; }
th:first-child, td:first-child { text-align: left; }
tbody th { font-weight: 400; }
dl.pairs { display: grid; grid-template-columns: max-content 1fr; gap: 2px 18px; margin: 0 0 12px; }
dl.pairs dt { color: var(--muted); }
dl.pairs dd { margin: 0; overflow-wrap: anywhere; }
.u-legend { color: var(--text); }
.files { columns: 3 260px; padding-left: 18px; font-size: 14px; }
@media print { body { max-width: none; } figure { break-inside: avoid; } }
`;
