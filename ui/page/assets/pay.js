// A chart of pay as a PNG: drawn anew from the page's rows, at one width wherever it is shown.
(() => {
  const { download } = window.careerChat;
  const WIDTH = 712;
  const MARGIN = 24;
  const LINE = 18;
  const AXIS = 26;

  const wrapped = (paint, text, width) => {
    const lines = [""];
    for (const word of text.split(/\s+/)) {
      const longer = lines.at(-1) ? `${lines.at(-1)} ${word}` : word;
      if (!lines.at(-1) || paint.measureText(longer).width <= width) lines[lines.length - 1] = longer;
      else lines.push(word);
    }
    return lines;
  };

  const font = (element) => {
    const style = getComputedStyle(element);
    return `${style.fontWeight} ${style.fontSize} sans-serif`;
  };

  // An attribute of a shape in pixels: "25%" is of the chart's width.
  const pixels = (shape, name) => {
    const text = shape.getAttribute(name);
    return text.endsWith("%") ? (parseFloat(text) / 100) * WIDTH : Number(text);
  };

  const drawShape = (paint, shape, top) => {
    const style = getComputedStyle(shape);
    paint.fillStyle = style.fill;
    paint.globalAlpha = Number(style.opacity);
    paint.beginPath();
    if (shape.tagName === "circle") {
      paint.arc(pixels(shape, "cx"), top + pixels(shape, "cy"), pixels(shape, "r"), 0, 2 * Math.PI);
    } else {
      const box = ["x", "y", "width", "height", "rx"].map((name) => pixels(shape, name));
      paint.roundRect(box[0], top + box[1], box[2], box[3], box[4]);
    }
    paint.fill();
    paint.globalAlpha = 1;
  };

  const drawAxis = (paint, axis, height) => {
    for (const line of axis.querySelectorAll("line")) {
      paint.strokeStyle = getComputedStyle(line).stroke;
      paint.beginPath();
      paint.moveTo(pixels(line, "x1"), 0);
      paint.lineTo(pixels(line, "x1"), height);
      paint.stroke();
    }
    for (const tick of axis.querySelectorAll("text")) {
      paint.font = font(tick);
      paint.fillStyle = getComputedStyle(tick).fill;
      paint.textAlign = { start: "left", middle: "center", end: "right" }[tick.getAttribute("text-anchor")];
      paint.fillText(tick.textContent, pixels(tick, "x"), height + LINE);
    }
    paint.textAlign = "left";
  };

  // Each row with where its parts go, and the height of all.
  const laidOut = (paint, chart) => {
    let top = 0;
    const rows = [...chart.querySelectorAll(".row")].map((row) => {
      const [what, amount] = [row.querySelector(".what"), row.querySelector(".amount")];
      paint.font = font(amount);
      const beside = paint.measureText(amount.textContent).width;
      paint.font = font(what);
      const lines = wrapped(paint, what.textContent, WIDTH - beside - MARGIN);
      const at = top;
      top += lines.length * LINE + 28;
      return { row, what, amount, lines, beside, at };
    });
    return { rows, height: top };
  };

  const drawRow = (paint, { row, what, amount, lines, beside, at }) => {
    paint.fillStyle = getComputedStyle(what).color;
    paint.font = font(what);
    lines.forEach((line, number) => paint.fillText(line, 0, at + (number + 1) * LINE - 2));
    paint.font = font(amount);
    paint.fillText(amount.textContent, WIDTH - beside, at + LINE - 2);
    for (const shape of row.querySelectorAll(".track > *")) drawShape(paint, shape, at + lines.length * LINE + 4);
  };

  window.careerChat.payPicture = (pay) => {
    const canvas = document.createElement("canvas");
    const paint = canvas.getContext("2d");
    const chart = pay.querySelector(".chart");
    const { rows, height } = laidOut(paint, chart);
    canvas.width = (WIDTH + 2 * MARGIN) * 2;
    canvas.height = (height + AXIS + MARGIN + 44) * 2;
    paint.scale(2, 2);
    const page = getComputedStyle(document.body);
    paint.fillStyle = page.backgroundColor;
    paint.fillRect(0, 0, canvas.width, canvas.height);
    paint.fillStyle = page.color;
    paint.font = "600 15px sans-serif";
    paint.fillText(pay.querySelector(".label").textContent, MARGIN, 30, WIDTH);
    paint.translate(MARGIN, 44);
    drawAxis(paint, chart.querySelector(".axis"), height);
    for (const row of rows) drawRow(paint, row);
    canvas.toBlob((blob) => download("pay.png", blob), "image/png");
  };
})();
