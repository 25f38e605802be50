import { expect, test } from 'vitest';
import { setsOf } from '../../../lib/protocols/edmx.ts';

const document = `<?xml version="1.0"?><edmx:Edmx><Schema Namespace="SRV">
  <EntityType Name="A_OrderType" sap:label="Order"><Key><PropertyRef Name="Order"/></Key>
    <Property Name="Order" Type="Edm.String" Nullable="false" MaxLength="10"/>
    <Property MaxLength='12' Name='Reference' Type='Edm.String'></Property>
    <Property Name="Text" Type="Edm.String"/>
    <NavigationProperty Name="to_Item" Relationship="SRV.x" FromRole="a" ToRole="b"/>
  </EntityType>
  <EntityContainer><EntitySet Name="A_Order" EntityType="SRV.A_OrderType" sap:content-version="1"/>
  <EntitySet Name="A_Other" EntityType="SRV.Missing"/></EntityContainer></Schema></edmx:Edmx>`;

test('sets, properties, lengths and navigations are read from a metadata document', () => {
  const sets = setsOf(document);
  expect([...sets.keys()]).toEqual(['A_Order', 'A_Other']);
  expect(Object.fromEntries(sets.get('A_Order') ?? [])).toEqual({
    Order: { maxLength: 10 },
    Reference: { maxLength: 12 },
    Text: { maxLength: undefined },
    to_Item: { maxLength: undefined },
  });
  expect(sets.get('A_Other')?.size).toBe(0);
});

test('what is no metadata has no sets', () => {
  expect(setsOf('<html>Sign in</html>').size).toBe(0);
});
