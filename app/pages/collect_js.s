// Empty: it lets collect_js.go declare functions whose bodies are in the runtime.
