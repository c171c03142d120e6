import {
  type AdjointRequest,
  answerAdjoint,
  answerLoss,
  answerSolve,
  constraintFamily,
  type FamilyDescription,
  type LossRequest,
  type SolveRequest,
} from '../operators/index.js';

type Sent<Request extends SolveRequest> = Omit<Request, 'family'> & { readonly family: FamilyDescription };

/** What a thread is asked; a family travels by its description. */
export type ConstraintMessage =
  | { readonly kind: 'solve'; readonly request: Sent<SolveRequest> }
  | { readonly kind: 'adjoint'; readonly request: Sent<AdjointRequest> }
  | { readonly kind: 'loss'; readonly request: Sent<LossRequest> };

/** Runs in a worker thread of `constraintPool`. */
export default function run({ kind, request }: ConstraintMessage): unknown {
  const family = knownFamily(request.family);
  if (kind === 'solve') return answerSolve({ ...request, family });
  if (kind === 'adjoint') return answerAdjoint({ ...request, family });
  return answerLoss({ ...request, family });
}

const families = new Map<string, ReturnType<typeof constraintFamily>>();

/** A family builds its operators once, not for every request. */
function knownFamily(description: FamilyDescription) {
  const key = JSON.stringify([description.name, description.options]);
  let family = families.get(key);
  if (!family) {
    family = constraintFamily(description);
    families.set(key, family);
  }
  return family;
}
