"""The web page, made of Gradio's components and a little script of its own."""
