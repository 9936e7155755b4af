import type { WarehouseAtp } from '../../../../shared/contracts/atp.ts';
import { countOf, formatNumber } from '../formats.ts';

type Figures = Pick<WarehouseAtp, 'onHand' | 'tentative' | 'confirmed' | 'safetyStock' | 'atp' | 'atRisk'>;

/** How the figure comes about, as a sum. */
export function AtpSum({ atp }: { atp: Figures }) {
  const parts = [
    { sign: '', name: 'on hand', value: atp.onHand, about: 'what the WMS says is there' },
    { sign: '−', name: 'tentative', value: atp.tentative, about: 'promised, the WMS has not answered yet' },
    { sign: '−', name: 'confirmed', value: atp.confirmed, about: 'promised, and confirmed by the WMS' },
    { sign: '−', name: 'safety stock', value: atp.safetyStock, about: 'never promised' },
    { sign: '=', name: 'ATP', value: atp.atp, about: 'can be promised' },
  ];
  return (
    <>
      <dl class="sum">
        {parts.map(({ sign, name, value, about }) => (
          <div key={name} class={sign === '=' ? 'sum-part sum-part--result' : 'sum-part'}>
            <dt>
              {sign && <span class="sign">{sign}</span>}
              {name}
            </dt>
            <dd class={value < 0 ? 'sum-value negative' : 'sum-value'}>{formatNumber(value)}</dd>
            <dd class="soft">{about}</dd>
          </div>
        ))}
      </dl>
      {atp.atRisk > 0 && (
        <p class="about">
          {countOf(atp.atRisk, 'piece')} of what is on hand {atp.atRisk === 1 ? 'is' : 'are'} at risk: in
          locations that are being counted now. Orders take them last.
        </p>
      )}
    </>
  );
}
