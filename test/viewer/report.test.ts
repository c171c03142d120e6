import { describe, expect, test } from 'vitest';
import { renderReport } from '../../viewer/report.js';
import { errorHistograms } from '../../viewer/report-histogram.js';
import { reportFixture } from './report-fixture.js';

describe('renderReport', () => {
  const data = reportFixture();
  const html = renderReport(data);

  test('refers to nothing outside the page but the listed files', () => {
    const addresses = [...html.matchAll(/(?:src|href)="([^"]*)"/g)].map((match) => match[1]);
    expect(addresses.sort()).toEqual(['data:,', 'fields/sample%200.vtu']);
    expect(html).not.toMatch(/@import|url\(http/);
  });

  test('text is escaped, in markup and in the chart data', () => {
    expect(html).toContain('<h1>Synthetic &lt;values&gt; &amp; a &lt;/script&gt; in the title</h1>');
    // two scripts, each closed once
    expect(html.match(/<\/script/g)).toHaveLength(2);
  });

  test('the chart data read back are the given values', () => {
    const json = html.match(/id="chart-data">(.*?)<\/script>/s)![1];
    expect(JSON.parse(json)).toEqual({
      training: data.training,
      errors: data.errors,
      solvers: data.solvers,
      discretisation: data.discretisation,
    });
  });

  test('the table states mean, median and largest error of each category', () => {
    const report = renderReport({
      ...data,
      errors: [{ category: 'only', boundary: 'all Dirichlet', relativeL2: [0.04, 0.01, 0.02, 0.09] }],
    });
    const row = report.match(/<th scope="row">only<\/th>(.*?)<\/tr>/)![1];
    expect([...row.matchAll(/<td>(.*?)<\/td>/g)].map((cell) => cell[1])).toEqual([
      'all Dirichlet',
      '4',
      '4.00 %',
      '3.00 %',
      '9.00 %',
      '–',
    ]);
  });
});

describe('errorHistograms', () => {
  test('counts every sample once, in the bin whose edges enclose it', () => {
    const { errors } = reportFixture();
    const { edges, boundaries, categories } = errorHistograms(errors, 7);
    for (const { category, counts } of categories) {
      boundaries.forEach((boundary, b) => {
        const { relativeL2 } = errors.find(
          (entry) => entry.category === category && entry.boundary === boundary,
        )!;
        const counted = edges.slice(1).map((upper, bin) => {
          const last = bin === edges.length - 2;
          const ends = (error: number) => (last ? error <= upper * 1.000001 : error < upper);
          return relativeL2.filter((error) => error >= edges[bin] && ends(error)).length;
        });
        expect(counts[b]).toEqual(counted);
      });
    }
  });

  test('equal errors and no errors at all are no special case', () => {
    const one = errorHistograms([{ category: 'a', boundary: 'b', relativeL2: [0.1, 0.1] }]);
    expect(one.categories[0].counts[0].reduce((a, b) => a + b)).toBe(2);
    expect(errorHistograms([{ category: 'a', boundary: 'b', relativeL2: [] }]).categories).toEqual([]);
  });
});
