"""The same answers for programs: OpenAI's form, Gradio's client and MCP."""
