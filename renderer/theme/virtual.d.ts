declare module 'virtual:theme-variables.css'
declare module 'virtual:component-styles.css'
