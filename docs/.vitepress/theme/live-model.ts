import { withBase } from 'vitepress';
import { defineComponent, h, onMounted, ref } from 'vue';

/** `<LiveModel />` of a page: where live/live-model.ts draws, which scripts/build-docs.mjs bundles for the browser. */
export default defineComponent(() => {
  const frame = ref<HTMLElement>();
  onMounted(async () => {
    const element = frame.value!;
    try {
      const script = new URL(withBase('/live/live-model.js'), location.href).href;
      const { startLiveModel } = await import(/* @vite-ignore */ script);
      const [model, wasmPaths] = ['/live/random-bc.onnx', '/live/ort/'].map(
        (path) => new URL(withBase(path), location.href).href,
      );
      await startLiveModel(element, { model, wasmPaths });
    } catch (error) {
      element.textContent = `The model cannot run here: ${(error as Error).message}`;
    }
  });
  return () => h('div', { class: 'live-model', ref: frame }, 'Loading the model …');
});
