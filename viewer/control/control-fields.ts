/** Names of the arrays that a control problem and its plan are shown as. */
export const HEAT_FIELD = 'heat source';
export const HEAT_UNIT = 'W/m³';
export const BEFORE_FIELD = 'temperature before';
export const AFTER_FIELD = 'temperature after';
export const TEMPERATURE_UNIT = '°C';
