// Runs in the browser before the page's own script: tells about the page what Playwright does not.

document.addEventListener('securitypolicyviolation', (event) => {
  console.error(`CSP: ${event.violatedDirective} ${event.blockedURI}`);
});

const read = (color) => (color.match(/[\d.]+/g) ?? []).map(Number);

/** Relative luminance. Source: WCAG 2.2. */
function luminance(color) {
  const [red, green, blue] = read(color).map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function groundOf(element) {
  if (element === null) return 'rgb(255, 255, 255)';
  const { backgroundColor } = getComputedStyle(element);
  return read(backgroundColor)[3] === 0 ? groundOf(element.parentElement) : backgroundColor;
}

globalThis.inPage = {
  /** The text beside a term. */
  textBeside(term) {
    const found = [...document.querySelectorAll('dt')].find((dt) => dt.textContent === term);
    return found?.nextElementSibling?.textContent;
  },
  isFilled: () => document.querySelector('#settings dt') !== null,
  selected: () => String(getSelection()),
  focused() {
    const { activeElement } = document;
    return { text: activeElement.textContent, outline: getComputedStyle(activeElement).outlineStyle };
  },
  pixelsTooWide: () => document.documentElement.scrollWidth - innerWidth,
  /** Texts with less contrast to their ground than WCAG 2.2 AA asks for. */
  lowContrast() {
    return [...document.querySelectorAll('h1, h2, p, dt, dd, summary, a, li')].flatMap((element) => {
      if (element.textContent.trim() === '' || !element.checkVisibility()) return [];
      const text = luminance(getComputedStyle(element).color);
      const ground = luminance(groundOf(element));
      const ratio = (Math.max(text, ground) + 0.05) / (Math.min(text, ground) + 0.05);
      return ratio >= 4.5 ? [] : [`${element.textContent.slice(0, 40)}: ${ratio.toFixed(2)}`];
    });
  },
};
