export type { RolloutReportData } from '../common/rollout-report-data.js';
export { renderReport } from './report.js';
export type { ReportData, ReportTable } from './report-data.js';
export { renderRolloutReport } from './rollout-report.js';
export type { RunIndex, RunSample, ShownField } from './run-index.js';
export { parseRunIndex, runIndexPath, runIndexSchema } from './run-index.js';
export type { ServedViewer, ServeOptions, ViewTarget } from './server.js';
export { SERVE_DEFAULTS, serveViewer } from './server.js';
