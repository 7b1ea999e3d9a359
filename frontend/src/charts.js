// Draws the JSON block #<id>-data into every .chart as SVG. The same numbers stand in a table beside it: this is the extra.
import { BarChart, LineChart, ScatterChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([BarChart, LineChart, ScatterChart, AriaComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent, SVGRenderer]);

const root = document.documentElement;
const token = (name) => getComputedStyle(root).getPropertyValue(`--km-${name}`).trim();
const colour = (name, otherwise) => (name ? token(name) : otherwise);

/** Patterns of series 2 and 3, so that colour is never alone; in the colour of the page, which also works in the dark. */
const patterns = () => [
  undefined,
  { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, 5], rotation: -Math.PI / 4, color: `${token("page")}99` },
  { symbol: "circle", symbolSize: 0.5, dashArrayX: [[6, 6], [0, 6, 6, 0]], dashArrayY: [6, 0], color: `${token("page")}CC` },
];
const dashes = ["solid", "dashed", "dotted", [8, 3, 2, 3], [2, 2]];

function option(given, place) {
  const elder = root.dataset.view === "elder", narrow = place.clientWidth < 480;
  const size = Math.round(parseFloat(getComputedStyle(root).fontSize) * (elder ? 1 : 0.8125));
  const text = { fontFamily: getComputedStyle(document.body).fontFamily, fontSize: size };
  const axis = (extra, own) => ({
    axisTick: { show: false }, splitLine: { lineStyle: { color: token("line") } }, nameTextStyle: { ...text, color: token("muted") },
    ...own, ...extra, axisLine: { show: own.line, lineStyle: { color: token("edge") } },
    axisLabel: { ...text, color: token("muted"), hideOverlap: true, ...extra?.axisLabel },
  });
  const series = (one, n) => ({
    ...one,
    symbol: one.symbol ?? "none",
    lineStyle: one.type === "line" ? { width: 2.5, type: dashes[n % dashes.length], color: token(`c${n + 1}`) } : undefined,
    itemStyle: {
      color: colour(one.ink, token(`c${n + 1}`)), decal: patterns()[n],
      borderColor: one.stack ? token("page") : undefined, borderWidth: one.stack ? 1 : 0,
    },
    data: one.data.map((item) => (item?.ink ? { ...item, itemStyle: { color: token(item.ink) } } : item)),
    label: one.label && { ...text, backgroundColor: token("page"), padding: [0, 3], color: token("ink"), ...one.label, show: !(narrow && one.type === "line") },
    endLabel: one.endLabel && { ...text, show: true, color: token("ink"), fontWeight: 700, distance: 6, ...one.endLabel },
    labelLayout: { moveOverlap: "shiftY" },
    markLine: one.markLine && {
      silent: true, symbol: "none", lineStyle: { color: token("c4"), width: 1.5, type: [6, 4] }, data: one.markLine.data,
      label: { ...text, color: token("refuse"), ...one.markLine.label },
    },
  });
  return {
    animation: false, textStyle: { ...text, color: token("ink") },
    aria: { enabled: true, label: { description: given.says } },
    tooltip: {   // rich text: the HTML tooltip sets inline styles, which the policy of the pages forbids
      renderMode: "richText", trigger: "axis", confine: true, backgroundColor: token("raised"), borderColor: token("edge"),
      textStyle: { ...text, color: token("ink") },
    },
    legend: given.series.length > 1 && !given.series.some((one) => one.endLabel)
      ? { top: 0, left: 0, textStyle: { ...text, color: token("ink") }, itemWidth: 22 } : undefined,
    grid: { left: 4, right: given.right ?? 16, top: given.top ?? 28, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel", ...(narrow ? given.narrow : undefined) },
    xAxis: axis(given.x, { line: true }),
    yAxis: axis(given.y, { line: false }),
    series: given.series.map(series),
  };
}

function draw(place) {
  const data = document.getElementById(`${place.id}-data`);
  if (!data || place.dataset.drawn) return;
  const given = JSON.parse(data.textContent);
  place.hidden = false;
  place.dataset.drawn = "yes";
  const chart = init(place, null, { renderer: "svg" });
  chart.setOption(option(given, place));
  new ResizeObserver(() => chart.resize()).observe(place);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => chart.setOption(option(given, place), true));
  const table = place.closest(".figure")?.querySelector("details.table");
  if (table && root.dataset.view !== "elder") table.open = false;   // it stands open where no scripts run
}

const drawAll = () => document.querySelectorAll(".chart").forEach(draw);
drawAll();
document.addEventListener("htmx:after:swap", drawAll);
