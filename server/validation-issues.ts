import type { ProblemDetails } from './http-problem.js';

/** An issue as zod gives it, of which the provider for fastify keeps all but the path under `params`. */
export interface ValidationIssue {
  readonly instancePath: string;
  readonly message?: string;
  readonly keyword?: string;
  readonly params?: { readonly errors?: unknown };
}

interface NestedIssue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly errors?: readonly (readonly NestedIssue[])[];
}

type Issues = NonNullable<ProblemDetails['issues']>;

/** Issues in one answer. */
const MOST_ISSUES = 20;

/** What is wrong, value by value; of alternatives that all fail, what is wrong with the one that came closest. */
export function validationIssues(issues: readonly ValidationIssue[]): Issues {
  return issues
    .slice(0, MOST_ISSUES)
    .flatMap(({ instancePath, message = 'invalid', params }) =>
      flattened(instancePath.slice(1).replaceAll('/', '.'), message, params?.errors as NestedIssue['errors']),
    )
    .slice(0, MOST_ISSUES);
}

function flattened(path: string, message: string, branches: NestedIssue['errors']): Issues {
  const closest = branches && closestBranch(branches);
  if (!closest) return [{ path, message: (branches && alternatives(branches)) || message }];
  return closest.flatMap((issue) =>
    flattened([path, ...issue.path.map(String)].filter(Boolean).join('.'), issue.message, issue.errors),
  );
}

/** The first complaint of every alternative. */
function alternatives(branches: NonNullable<NestedIssue['errors']>): string {
  return [...new Set(branches.flatMap(([first]) => (first ? [first.message] : [])))].join(', or ');
}

/** The branch that got furthest into the value with the fewest complaints; one that wants another type altogether tells nothing. */
function closestBranch(branches: readonly (readonly NestedIssue[])[]): readonly NestedIssue[] | undefined {
  const depth = (branch: readonly NestedIssue[]) => Math.max(0, ...branch.map(({ path }) => path.length));
  const closer = (a: readonly NestedIssue[], b: readonly NestedIssue[]) =>
    depth(b) > depth(a) || (depth(b) === depth(a) && b.length < a.length) ? b : a;
  const reached = branches.filter((branch) => depth(branch) > 0);
  return reached.length > 0 ? reached.reduce(closer) : undefined;
}
