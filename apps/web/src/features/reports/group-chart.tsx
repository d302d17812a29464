import { BarChart } from 'echarts/charts';
import { GridComponent, LegendComponent, TooltipComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { SlaReportView } from '#contracts';
import { useFormat } from '../../i18n/format.js';
import { colorOf, isDark, useTheme } from '../../ui/theme.js';
import { useMedia } from '../../ui/media.js';
import { useGroupLabel } from './group-table.js';
import type { Cut } from './group-table.js';

use([BarChart, GridComponent, LegendComponent, TooltipComponent, SVGRenderer]);

const ROW_PX = 30;

/** Kept beside broken, per group. The table below says the same in numbers, so the drawing is hidden from readers. */
export default function GroupChart({ groups, cut }: { groups: SlaReportView['groups']; cut: Cut }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const theme = useTheme();
  const dark = useMedia('(prefers-color-scheme: dark)');
  const still = useMedia('(prefers-reduced-motion: reduce)');
  const box = useRef<HTMLDivElement>(null);
  const labelOf = useGroupLabel(cut);
  const shown = groups.filter((group) => group.met + group.breached > 0);
  const labels = shown.map(labelOf).join('\n');

  useEffect(() => {
    if (!box.current || shown.length === 0) return undefined;
    const chart = init(box.current, undefined, { renderer: 'svg' });
    const rtl = i18n.dir() === 'rtl';
    const text = { color: colorOf('--k-soft'), fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 13 };
    const series = (name: string, values: number[], color: string) => ({
      name,
      type: 'bar' as const,
      stack: 'all',
      barWidth: 14,
      data: values,
      itemStyle: { color, opacity: isDark() ? 0.85 : 0.8 },
      emphasis: { disabled: true },
    });
    chart.setOption({
      animation: !still,
      textStyle: text,
      grid: { top: 28, bottom: 4, left: 4, right: 12, containLabel: true },
      legend: { top: 0, [rtl ? 'right' : 'left']: 0, itemWidth: 10, itemHeight: 10, textStyle: text },
      tooltip: {
        trigger: 'axis',
        axisPointer: { type: 'none' },
        backgroundColor: colorOf('--k-raised'),
        borderColor: colorOf('--k-line'),
        textStyle: { ...text, color: colorOf('--k-ink') },
        valueFormatter: (value: unknown) => format.number(Number(value)),
      },
      xAxis: {
        type: 'value',
        inverse: rtl,
        minInterval: 1,
        axisLabel: { ...text, formatter: (value: number) => format.number(value) },
        splitLine: { lineStyle: { color: colorOf('--k-line') } },
      },
      yAxis: {
        type: 'category',
        inverse: true,
        position: rtl ? 'right' : 'left',
        data: labels.split('\n'),
        axisLabel: { ...text, width: 140, overflow: 'truncate' },
        axisLine: { show: false },
        axisTick: { show: false },
      },
      series: [
        series(
          t('reports.met'),
          shown.map((group) => group.met),
          colorOf('--k-green'),
        ),
        series(
          t('reports.breaches'),
          shown.map((group) => group.breached),
          colorOf('--k-red'),
        ),
      ],
    });
    const observer = new ResizeObserver(() => chart.resize());
    observer.observe(box.current);
    return () => {
      observer.disconnect();
      chart.dispose();
    };
    // `shown` and `labelOf` are new in every render; the labels and the groups they come from are not.
  }, [groups, labels, t, i18n, format, theme, dark, still]);

  if (shown.length === 0) return null;
  return (
    <div ref={box} aria-hidden dir="ltr" className="mb-2 w-full" style={{ blockSize: 64 + shown.length * ROW_PX }} />
  );
}
