// The build copies idb out of node_modules to this address; its types stay where npm put them.
export * from "idb";
