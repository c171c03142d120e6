import type { Theme } from 'vitepress';
// without its fonts: the site takes those of the reader's system and loads nothing from elsewhere
import DefaultTheme from 'vitepress/theme-without-fonts';
import LiveModel from './live-model.js';
import './style.css';

const theme: Theme = {
  extends: DefaultTheme,
  enhanceApp: ({ app }) => {
    app.component('LiveModel', LiveModel);
  },
};
export default theme;
