import assert from 'node:assert/strict';
import { test } from 'node:test';
import { journey, minutesBetween, next } from './timetable.js';

test('counts minutes on one day', () => {
  assert.equal(minutesBetween('06:15', '07:05'), 50);
});

test('counts past midnight', () => {
  assert.equal(minutesBetween('23:50', '00:10'), 20);
  assert.equal(minutesBetween('08:00', '08:00'), 1440);
});

test('finds the next departure', () => {
  assert.equal(next(['06:00', '12:00', '18:00'], '12:01'), '18:00');
  assert.equal(next(['06:00', '12:00'], '12:00'), '12:00');
  assert.equal(next(['06:00', '12:00'], '23:00'), '06:00');
  assert.equal(next([], '10:00'), null);
});

test('adds journeys with their waits', () => {
  const legs = [
    { depart: '21:30', arrive: '23:45' },
    { depart: '00:15', arrive: '05:00' },
  ];
  assert.equal(journey(legs), 450);
  assert.equal(journey([{ depart: '10:00', arrive: '11:00' }, { depart: '11:00', arrive: '11:30' }]), 90);
});

for (const time of ['24:00', '7:00', '12:60', 'noon']) {
  test(`refuses ${time}`, () => assert.throws(() => minutesBetween(time, '10:00'), RangeError));
}
