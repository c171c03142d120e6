/** Name under which the tracing backend stands while a function is traced. */
export const TRACING_BACKEND = 'fieldsmith-trace';
