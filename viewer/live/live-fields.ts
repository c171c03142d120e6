/** Names of the arrays that live answers are shown as. */
export const LIVE_FIELD = 'surrogate';
export const POLISHED_FIELD = 'polished';
export const TEMPERATURE_UNIT = '°C';
