// The build copies uPlot out of node_modules to this address; its types stay where npm put them.
export { default } from "uplot";
