// Texts whose contrast with their background is below the minimum of WCAG AA for small text.
() => {
  const parse = (color) => color.match(/[\d.]+/g).map(Number);
  const light = (color) => {
    const [r, g, b] = color.slice(0, 3).map((part) => part / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const color = parse(getComputedStyle(one).backgroundColor);
      if (color.length === 3 || color[3] === 1) return color;
    }
    return [255, 255, 255];
  };
  const isText = (node) => node.nodeType === Node.TEXT_NODE && node.data.trim();
  const isFaint = (element) => {
    const style = getComputedStyle(element);
    const color = element instanceof SVGElement ? style.fill : style.color;
    const lights = [light(parse(color)), light(behind(element))];
    return (Math.max(...lights) + 0.05) / (Math.min(...lights) + 0.05) < 4.5;
  };
  return [...document.querySelectorAll("body *:not(script, noscript, option)")]
    .filter((one) => one.checkVisibility() && [...one.childNodes].some(isText))
    .filter(isFaint)
    .map((one) => `${one.tagName} ${one.className} ${one.textContent}`);
}
