export {
  CYLINDER_FLOW_DEFAULTS,
  type CylinderFlow,
  type CylinderFlowOptions,
  cylinderFlow,
  type FlowWindow,
} from './cylinder-flow.js';
export { laminarStrouhalNumber, sheddingFrequency, upwardCrossings } from './shedding-frequency.js';
