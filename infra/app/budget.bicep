metadata description = 'A monthly budget of the resource group: it tells, and stops nothing.'

@description('Name of the budget.')
param budgetName string

@description('Amount a month, in the currency of the subscription.')
@minValue(1)
param amount int

@description('First day of the month that the budget begins with, yyyy-MM-01. It cannot be changed later.')
param startDate string

@description('Addresses that are mailed to.')
param emailAddresses array

@description('Resource id of the action group.')
param actionGroupId string

resource budget 'Microsoft.Consumption/budgets@2024-08-01' = {
  name: budgetName
  properties: {
    category: 'Cost'
    amount: amount
    timeGrain: 'Monthly'
    timePeriod: {
      startDate: startDate
    }
    notifications: {
      spent80Percent: {
        enabled: true
        operator: 'GreaterThan'
        threshold: 80
        thresholdType: 'Actual'
        contactEmails: emailAddresses
        contactGroups: [actionGroupId]
      }
      forecast100Percent: {
        enabled: true
        operator: 'GreaterThan'
        threshold: 100
        thresholdType: 'Forecasted'
        contactEmails: emailAddresses
        contactGroups: [actionGroupId]
      }
    }
  }
}
