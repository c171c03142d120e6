/** One measured case of `fieldsmith bench` as a section of docs/worth-it.md. */
export function format(name, result) {
  const { title, mesh, queriesPerMesh, meshes, wantedError, verdict, methods, model } = result;
  const rows = methods.map((method) => {
    const point = shown(method, wantedError);
    if (!point || method.setupSeconds === null) return `| ${method.title} | – | – | – | ${method.missing} |`;
    const misses = point.error > wantedError;
    return `| ${method.title} | ${time(method.setupSeconds)} | ${time(point.secondsPerQuery)} | ${percent(point.error)}${misses ? ', misses' : ''} | ${misses ? '–' : time(total(result, method, point))} |`;
  });
  const mesh_error =
    result.meshError.error === null
      ? `was ${result.meshError.method}`
      : `about ${percent(result.meshError.error)}`;
  return `### ${title}

[examples/bench/${name}.yaml](../examples/bench/${name}.yaml): ${queriesPerMesh.toLocaleString('en')} ${queriesPerMesh === 1 ? 'query' : 'queries'} on ${meshes === 1 ? 'one mesh' : `each of ${meshes.toLocaleString('en')} meshes`} of ${mesh.cells.toLocaleString('en')} cells, wanted to ${percent(wantedError)}; model \`${model.name}\`, score ${model.rangeScore === null ? 'not known' : model.rangeScore.toPrecision(2)} in its trained range. Two-point fluxes are ${percent(result.twoPointError)} off, the mesh itself ${mesh_error}.

> ${verdict.words}

| | set-up | a query | error | in all |
|---|---|---|---|---|
${rows.join('\n')}

${result.hardware}; load average ${result.loadAverage === null ? 'not known' : result.loadAverage.toFixed(1)}, ${result.repeats} rounds, ${result.seconds.toFixed(0)} s in all.
`;
}

function shown({ points }, wantedError) {
  const enough = points.filter(({ error }) => error <= wantedError);
  const better = (a, b) => (enough.length > 0 ? b.secondsPerQuery < a.secondsPerQuery : b.error < a.error);
  return (enough.length > 0 ? enough : points).reduce((a, b) => (a && !better(a, b) ? a : b), undefined);
}

function total({ meshes, queriesPerMesh, model }, { kind, setupSeconds }, { secondsPerQuery }) {
  const learned = kind === 'surrogate' || kind === 'hybrid';
  const training = learned && model.training.source === 'measured' ? model.training.seconds : 0;
  return training + meshes * (setupSeconds + queriesPerMesh * secondsPerQuery);
}

const percent = (value) => `${Number((100 * value).toPrecision(2))} %`;
const time = (seconds) =>
  seconds < 1
    ? `${Number((1000 * seconds).toPrecision(3))} ms`
    : seconds < 120
      ? `${Number(seconds.toPrecision(3))} s`
      : `${Number((seconds / 60).toPrecision(3))} min`;
