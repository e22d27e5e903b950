// Python and the page's script: see ui/bridge.py. The other scripts use `send` and `on`.
window.careerChat = (() => {
  let trigger = null;
  const unsent = [];
  const receivers = new Map();

  const send = (event, data = {}) => {
    if (trigger) trigger(event, data);
    else unsent.push([event, data]);
  };

  const on = (kind, receive) => receivers.set(kind, receive);

  const receive = (value) => {
    if (!value) return;
    const message = JSON.parse(value);
    receivers.get(message.kind)?.(message);
  };

  const connect = (_events, gradioTrigger, watch) => {
    trigger = gradioTrigger;
    watch(receive);
    receivers.get("connected")?.();
    for (const [event, data] of unsent.splice(0)) trigger(event, data);
  };

  // Gradio draws the page after this script has run, and draws parts of it anew.
  const whenDrawn = (selector, act) => {
    const found = document.querySelector(selector);
    if (found) return act(found);
    const arrival = new MutationObserver(() => {
      const element = document.querySelector(selector);
      if (!element) return;
      arrival.disconnect();
      act(element);
    });
    arrival.observe(document.documentElement, { childList: true, subtree: true });
  };

  const announce = (text) => {
    const live = document.getElementById("live");
    if (live) live.textContent = text;
  };

  const download = (name, blob) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  };

  on("download", ({ name, text }) => {
    download(name, new Blob([text], { type: "text/plain;charset=utf-8" }));
    announce(`${name} is downloaded`);
  });

  return { connect, send, on, whenDrawn, announce, download };
})();
