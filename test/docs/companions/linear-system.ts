import { equal, ok } from 'node:assert/strict';
import { assemble } from 'fieldsmith/solvers';
import { problem } from './plate.js';

const { operator, rightHandSide } = assemble(problem);
export const { matrix } = operator;
export const b = rightHandSide;
export const manyRightHandSides = [b, b.map((value) => 2 * value)];
export const otherMatrix = assemble({ ...problem, conductivity: 3 }).operator.matrix;

type Answer = { status: string; solution: Float64Array };
export function check({ answer, answers }: { answer: Answer; answers: readonly Answer[] }) {
  equal(answer.status, 'converged');
  const hottest = ({ solution }: Answer) => Math.max(...solution);
  ok(Math.abs(hottest(answers[1]) / hottest(answer) - 2) < 1e-6);
}
