// A connector as people write them: signs in at a shop, reads its list of bills, and saves each with its file.
'use strict'

const { BaseKonnector, requestFactory, log, errors } = require('cozy-konnector-libs')

const request = requestFactory({ cheerio: true, json: false, jar: true })

module.exports = new BaseKonnector(async function fetch(fields, parameters) {
  const shop = parameters.shop
  await signIn(shop, fields)
  log('info', 'Signed in')
  const $ = await request(`${shop}/bills`)
  const bills = $('li')
    .toArray()
    .map(item => {
      const bill = $(item)
      const date = new Date(`${bill.data('date')}T00:00:00Z`)
      return {
        date,
        amount: Number(bill.data('amount')),
        currency: 'EUR',
        vendor: 'Sample shop',
        vendorRef: bill.data('id'),
        fileurl: shop + bill.find('a').attr('href'),
        filename: `${bill.data('date')}_sample.pdf`
      }
    })
  await this.saveBills(bills, fields, {
    identifiers: ['sample shop'],
    contentType: 'application/pdf',
    sourceAccount: this.accountId,
    sourceAccountIdentifier: fields.login,
    fileIdAttributes: ['vendorRef'],
    linkBankOperations: false
  })
})

async function signIn(shop, { login, password }) {
  try {
    await request({ method: 'POST', uri: `${shop}/login`, form: { login, password } })
  } catch (error) {
    if (error.statusCode === 401) throw new Error(errors.LOGIN_FAILED)
    throw new Error(errors.VENDOR_DOWN)
  }
}
