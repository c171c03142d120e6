import { initialState, type StatePath, type ViewState, withPath } from './view-state.js';

/** The state that the page shows, and who wants to know when it changes. */
export class ViewDocument {
  private current: ViewState = initialState();
  private readonly listeners = new Set<(state: ViewState) => void>();

  get state(): ViewState {
    return this.current;
  }

  onChange(listener: (state: ViewState) => void): void {
    this.listeners.add(listener);
  }

  replace(state: ViewState): void {
    this.current = state;
    for (const listener of this.listeners) listener(state);
  }

  set(path: StatePath, value: unknown): void {
    this.replace(withPath(this.current, path, value));
  }

  /** Replaces values without telling anyone: what the page itself follows, such as the camera while it moves. */
  record(path: StatePath, value: unknown): void {
    this.current = withPath(this.current, path, value);
  }
}
